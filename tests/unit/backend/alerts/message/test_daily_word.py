"""The daily word as it is read."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.alerts.channels.base import Alert, Memo
from backend.alerts.message.daily_word import DailyFigures
from backend.alerts.message.render import MAX_TEXT_LENGTH, render
from backend.alerts.policy import DAILY_WORD
from testkit.households import HOME

SEOUL = ZoneInfo("Asia/Seoul")
EVENING = datetime(2026, 11, 29, 20, tzinfo=SEOUL).timestamp()
UP = datetime(2026, 11, 29, 7, 5, tzinfo=SEOUL).timestamp()


def memo(figures: DailyFigures) -> Memo:
    said = figures.model_dump_json()
    word = Alert("k", "k", "k", DAILY_WORD, "", EVENING, HOME, detail=said, notice=DAILY_WORD)
    return render(word, SEOUL)


def test_word_says_when_up_how_active_the_night_and_what_was_seen() -> None:
    said = memo(DailyFigures(up_at=UP, active_share=1.1, night_stirs=2, watched_share=0.974))
    assert said.text.splitlines() == [
        "11월 29일 하루 소식",
        "오전 7시 05분쯤 일어나 움직이기 시작하셨습니다.",
        "오늘 움직임은 평소와 비슷합니다.",
        "지난밤에는 2번 일어나 움직이셨습니다.",
        "카메라가 하루의 97 %를 보았습니다.",
    ]
    assert said.english.splitlines() == [
        "The day of 2026-11-29",
        "Up and moving since about 07:05.",
        "Today was about as active as usual.",
        "Up 2 times last night, as far as was seen.",
        "The cameras saw 97 % of the day.",
    ]
    assert (said.urgent, said.buttons) == (False, ())


@pytest.mark.parametrize(
    ("share", "korean", "english"),
    [
        (0.5, "평소보다 적게 움직이셨습니다. (평소의 50 %)", "less active than usual (50 % of it)"),
        (0.75, "평소와 비슷합니다", "about as active as usual"),
        (1.6, "평소보다 많이 움직이셨습니다. (평소의 160 %)", "more active than usual (160 %"),
        (None, "며칠이 더 필요합니다", "some more days"),
    ],
)
def test_how_active_is_said_in_words(share: float | None, korean: str, english: str) -> None:
    said = memo(DailyFigures(active_share=share, watched_share=1.0))
    assert korean in said.text
    assert english in said.english


def test_what_is_not_known_is_not_said() -> None:
    said = memo(DailyFigures(watched_share=0.5))
    assert "움직이시는 모습이 보이지 않았습니다" in said.text
    assert "지난밤" not in said.text


def test_day_that_nobody_saw_is_no_day_without_movement() -> None:
    assert memo(DailyFigures()).english.splitlines() == [
        "The day of 2026-11-29",
        "The cameras saw nothing of the day.",
    ]


def test_calm_night_is_said() -> None:
    assert "일어나지 않으신" in memo(DailyFigures(night_stirs=0, watched_share=1.0)).text


def test_word_is_never_longer_than_kakao_takes() -> None:
    said = memo(DailyFigures(up_at=UP, active_share=99.0, night_stirs=99_999, watched_share=1.0))
    assert len(said.text) <= MAX_TEXT_LENGTH
