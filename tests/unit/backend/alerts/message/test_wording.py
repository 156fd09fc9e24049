"""The files of words, as somebody who is no programmer may leave them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.alerts.message import wording
from backend.alerts.message.wording import ENGLISH, KOREAN, Wording

KOREAN_FILE = Path(wording.__file__).with_name("ko.toml")

Edit = Callable[[str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """The Korean file with one text in place of another."""

    def edit(before: str, after: str) -> Path:
        text = KOREAN_FILE.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path = tmp_path / "ko.toml"
        path.write_text(text.replace(before, after), encoding="utf-8")
        return path

    return edit


def test_other_words_are_taken(edited: Edit) -> None:
    words = Wording.load(edited("낙상 (넘어짐) 감지", "어머니가 넘어지셨어요"))
    assert words.phrases["fall"].what == "어머니가 넘어지셨어요"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{label} 감지", "{name} 감지", r"unknown: {name} is not known, expected one of {label}"),
        ("{moment}부터", "{when}부터", r"since: {when} is not known, expected one of {moment}"),
        (
            "낙상 (넘어짐) 감지",
            "{x} 감지",
            r"phrases: {x} is not known, expected no name in braces",
        ),
        ("resend_mark =", "resent_mark =", "resend_mark"),
        ('halves = ["오전", "오후"]', 'halves = ["오전"]', "halves"),
    ],
)
def test_words_that_no_memo_could_be_made_of_are_refused(
    edited: Edit, before: str, after: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Wording.load(edited(before, after))


def test_time_is_written_as_people_of_the_language_write_it() -> None:
    night = datetime(2026, 2, 3, 0, 5, 9, tzinfo=UTC)
    assert KOREAN.written(night, 2026) == "2월 3일(화) 오전 12시 05분 09초"
    assert KOREAN.written(night, 2027) == "2026년 2월 3일(화) 오전 12시 05분 09초"
    assert ENGLISH.written(night, 2026) == "2026-02-03 00:05:09"


def test_length_is_reported_in_seconds_and_from_a_minute_on_in_minutes() -> None:
    assert [ENGLISH.lasting(seconds) for seconds in (3.25, 59.94, 59.95, 125.0)] == [
        "for 3.2 s", "for 59.9 s", "for 1 min 0 s", "for 2 min 5 s",
    ]  # fmt: skip
