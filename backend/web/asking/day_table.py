"""The daily table in words: what is not known is empty, and never 0."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.record.columns import COLUMNS
from backend.record.schemas import DayShown
from backend.web.asking.words import AnswerWords
from contract.record import RecordTable

SHOWN = (
    "place",
    "blind_hours",
    "active_hours",
    "still_hours",
    "lying_hours",
    "nobody_hours",
    "times_up_at_night",
    "first_moved_hour",
    "last_moved_hour",
    "walked_minutes",
    "walking_speed",
    "rises",
    "incidents",
    "falls",
    "false_alarms",
    "median_answer_sec",
)
"""Blind hours stand beside what was seen; the file has all columns."""


@dataclass(frozen=True)
class DayRow:
    """One day of one camera; `is_mostly_blind` where half of it or less was seen."""

    day: str
    cells: tuple[str, ...]
    is_mostly_blind: bool


@dataclass(frozen=True)
class DayTable:
    """The names of the columns, with units, and the rows, the newest first."""

    columns: tuple[str, ...]
    rows: tuple[DayRow, ...]


def day_table(days: Sequence[DayShown], words: AnswerWords) -> DayTable:
    """The days as a page shows them."""
    by_name = {it.name: it for it in COLUMNS[RecordTable.DAYS]}
    columns = tuple(words.column(by_name[name]) for name in SHOWN)
    return DayTable(columns, tuple(_row(day, words) for day in reversed(days)))


def _row(day: DayShown, words: AnswerWords) -> DayRow:
    values = [getattr(day, name) for name in SHOWN]
    cells = tuple(
        "" if value is None else words.cell(name, value)
        for name, value in zip(SHOWN, values, strict=True)
    )
    blind = day.blind_hours or 0.0
    return DayRow(day.day.isoformat(), cells, blind >= day.counted_hours / 2)
