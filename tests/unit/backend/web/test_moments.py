"""Times as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.web.language import read_catalogues
from backend.web.moments import Moments
from contract.language import Language

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 29, 14, 5, 9, tzinfo=SEOUL).timestamp()
TEXTS = read_catalogues()


def moments(language: Language) -> Moments:
    return Moments(language, TEXTS[language], SEOUL, NOW)


@pytest.mark.parametrize(
    ("ago", "ko", "en"),
    [
        (0, "방금", "just now"),
        (90, "1분 전", "1 minute ago"),
        (3 * 3600, "3시간 전", "3 hours ago"),
        (86_400, "어제 오후 2:05", "Yesterday, 14:05"),
        (7 * 86_400, "11월 22일 (일) 오후 2:05", "Sun, Nov 22, 14:05"),
        (365 * 86_400, "2025년 11월 29일 (토) 오후 2:05", "Sat, Nov 29, 2025, 14:05"),
    ],
)
def test_time_that_has_passed_is_said_in_both_languages(ago: float, ko: str, en: str) -> None:
    assert (moments("ko").ago(NOW - ago), moments("en").ago(NOW - ago)) == (ko, en)


@pytest.mark.parametrize(
    ("seconds", "ko", "en"),
    [(7.4, "7초", "7 s"), (60, "1분", "1 min"), (75, "1분 15초", "1 min 15 s"),
     (3600, "1시간", "1 h"), (3900, "1시간 5분", "1 h 5 min")],
)  # fmt: skip
def test_span_is_said_in_its_two_largest_units(seconds: float, ko: str, en: str) -> None:
    assert (moments("ko").lasting(seconds), moments("en").lasting(seconds)) == (ko, en)


def test_seconds_are_said_where_they_matter() -> None:
    assert (moments("ko").exact(NOW), moments("en").exact(NOW)) == ("오후 2:05:09", "14:05:09")
    assert moments("en").iso(NOW) == "2026-11-29T14:05:09+09:00"
