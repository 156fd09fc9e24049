"""The daily table in words."""

from datetime import date

from backend.record.router import DAY
from backend.record.schemas import DayShown
from backend.web.asking.day_table import day_table
from backend.web.asking.words import AnswerWords
from backend.web.language import read_catalogues

WORDS = AnswerWords("en", read_catalogues()["en"])
FULL = DayShown.model_validate(DAY)


def test_what_is_not_known_is_empty_and_what_is_none_is_0() -> None:
    day = FULL.model_copy(update={"walked_minutes": None, "falls": 0, "first_moved_hour": 7.5})
    table = day_table([day], WORDS)
    shown = dict(zip(table.columns, table.rows[0].cells, strict=True))
    assert shown["Minutes walked (min)"] == ""
    assert shown["Falls"] == "0"
    assert shown["First movement of the day"] == "07:30"


def test_newest_day_is_first_and_one_that_was_not_seen_says_so() -> None:
    blind = FULL.model_copy(update={"day": date(2026, 11, 29), "blind_hours": 20.0})
    rows = day_table([FULL, blind], WORDS).rows
    assert [(it.day, it.is_mostly_blind) for it in rows] == [
        ("2026-11-29", True),
        ("2026-11-28", False),
    ]
