"""ALERT_EVENTS: a word that no label is stops the start."""

import unicodedata

import pytest

from backend.alerts.alert_events import read_alert_events
from common.settings import SettingError

LABELS = ["fall", "lying"]


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ({"fall", "still_down"}, {"fall", "still_down"}),
        ({"FALL", " Still_Down "}, {"fall", "still_down"}),
        ({"낙상", "누워 있음", "일어나지 못함"}, {"fall", "lying", "still_down"}),
        ({"바닥에 있음", "On Floor"}, {"on_floor"}),
        ({unicodedata.normalize("NFD", "쓰러짐")}, {"fall"}),
        ({"fall", "camera_silent"}, {"fall", "camera_silent"}),
    ],
)
def test_label_is_known_in_any_case_and_in_korean(words: set[str], labels: set[str]) -> None:
    assert read_alert_events(words, LABELS) == labels


@pytest.mark.parametrize("word", ["stil_down", "fall;still_down", "fall still_down", "넘어졌음"])
def test_word_that_no_label_is_is_refused_with_those_that_are(word: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_alert_events({"fall", word}, LABELS)
    assert str(caught.value) == (
        "ALERT_EVENTS: expected some of fall, lying, on_floor, still_down with commas between, "
        f"got {word}"
    )


def test_list_without_a_word_is_refused() -> None:
    with pytest.raises(SettingError, match="expected some of fall, lying, on_floor, still_down"):
        read_alert_events(set(), LABELS)


def test_without_a_checkpoint_nobody_knows_its_labels() -> None:
    assert read_alert_events({"a_new_label", "Fall"}, []) == {"a_new_label", "fall"}


def test_setting_that_is_not_there_narrows_nothing() -> None:
    assert read_alert_events(None, LABELS) is None
