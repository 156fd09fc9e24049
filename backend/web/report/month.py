"""A month, and what the tools answer of it."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from backend.errors import InvalidInput
from contract.record import RecordTable
from contract.tools import ToolAnswer, ToolAsked

Ask = Callable[[str, ToolAsked], ToolAnswer]
DAY = timedelta(days=1)
WRITTEN = re.compile(r"(\d{4})-(\d{2})")
PARTS = (
    ("week_summary", RecordTable.PERSON_DAYS),
    ("nights", RecordTable.PERSON_DAYS),
    ("activity", RecordTable.HOURS),
    ("incidents_list", RecordTable.INCIDENTS),
    ("answers", RecordTable.INCIDENTS),
    ("camera_availability", RecordTable.HOURS),
)
"""The tools, and what each is asked of."""


@dataclass(frozen=True)
class Month:
    """Its days from `first` to `last`, which is today at most."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(written: str, today: date) -> Month:
    """Such as 2026-10; raises InvalidInput for what is none, or of which no day is over yet."""
    found = WRITTEN.fullmatch(written)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        raise InvalidInput("month: expected a month, such as 2026-10")
    year, month = int(found[1]), int(found[2])
    first = date(year, month, 1)
    if first >= today:
        raise InvalidInput(f"month: expected {today - DAY:%Y-%m} or an earlier one")
    return Month(first, min(date(year, month, monthrange(year, month)[1]), today))


def months_before(today: date, count: int) -> list[str]:
    """The months of which a day is over, the newest first."""
    newest = today - DAY
    numbers = (12 * newest.year + newest.month - 1 - back for back in range(count))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def answers_of(month: Month, ask: Ask) -> list[ToolAnswer]:
    """What the tools say of the month, in the order of the report."""
    span = {"since": month.first.isoformat(), "until": month.last.isoformat()}
    return [ask(tool, ToolAsked(table=table.value, arguments={**span})) for tool, table in PARTS]
