"""Words for labels, and what the sender of an event is told."""

import unicodedata

import pytest

from backend.alerts.labels import Labels
from backend.alerts.policy import Policy
from backend.alerts.sender_answer import prospect
from backend.troubles.table import TROUBLES
from contract.events import End, Start

LABELS = Labels(["lying", "stagger", "Bed-Exit"])


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("fall", ["fall", "Fall", " FALL ", "ｆａｌｌ", "낙상", "넘어짐", "쓰러짐", "낙상 감지"]),
        ("fall", ["낙상 (넘어짐) 감지", "낙상(넘어짐) 감지", "Fall detected", "fall-detected"]),
        ("lying", ["LYING", "누워 있음", "누워있음", "누워 있음 감지", "Lying detected"]),
        ("still_down", ["Still_Down", "still down", "still-down", "일어나지 못함", "일어나지못함"]),
        (
            "still_down",
            ["넘어진 뒤 일어나는 모습이 보이지 않음", "not seen to get up after a fall"],
        ),
        ("on_floor", ["On_Floor", "on floor", "바닥에 있음", "바닥에 누워 있거나 앉아 있음"]),
        ("on_floor", ["Somebody lay or sat on the floor for a while"]),
        ("fall", ["쓰러진 뒤 모습이 보이지 않음", "The picture broke off during a fall"]),
        ("stagger", ["Stagger"]),
        ("Bed-Exit", ["Bed-Exit", "bed exit", "BED_EXIT"]),
        ("log_failing", ["Log Failing", "기록을 저장하지 못함"]),
    ],
)
def test_label_is_found_by_each_word_for_it(label: str, words: list[str]) -> None:
    for word in words:
        assert LABELS.find(word) == label
        assert LABELS.find(unicodedata.normalize("NFD", word)) == label


@pytest.mark.parametrize("word", ["", "falls", "no fall", "jump", "감지", "detected", "카메라"])
def test_word_that_stands_for_no_label_finds_none(word: str) -> None:
    assert LABELS.find(word) is None


def test_every_trouble_is_found_so_that_no_sender_can_feign_one() -> None:
    assert [LABELS.find(trouble.upper()) for trouble in TROUBLES] == list(TROUBLES)


HELD = "held: notified at its END, or after 30 s without one"


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        ("START", "fall", HELD),
        ("END", "fall", "notified now"),
        ("START", "still_down", "notified now"),
        ("END", "still_down", "notified at its START, or now if that was lost"),
        ("START", "on_floor", "notified now"),
        ("END", "on_floor", "notified at its START, or now if that was lost"),
        ("END", "lying", "none: muted by ALERT_EVENTS"),
        ("START", "lying", "none: muted by ALERT_EVENTS"),
        ("END", "walking", "none: not anomalous"),
    ],
)
def test_sender_is_told_what_becomes_of_the_alert(kind: str, label: str, expected: str) -> None:
    policy = Policy(frozenset({"fall", "lying"}), frozenset({"fall", "still_down", "on_floor"}))
    event = (Start if kind == "START" else End)(event_id="e", camera_id="c", ts=1.0, event=label)
    assert prospect(event, policy.ruling(event), has_channel=True) == expected
    deaf = prospect(event, policy.ruling(event), has_channel=False)
    is_told = not expected.startswith("none")
    assert deaf == ("held: no channel is set that could carry it" if is_told else expected)


def test_sender_of_a_fall_after_which_the_person_is_up_hears_that_nobody_is_told() -> None:
    event = End(event_id="e", camera_id="c", ts=1.0, event="fall", state="fall+recovered")
    ruling = Policy(frozenset({"fall"})).ruling(event)
    for has_channel in (True, False):
        assert prospect(event, ruling, has_channel=has_channel) == "none: the person is up again"
