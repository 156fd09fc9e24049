"""A figure of each day, since the rows of one day are not independent of each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from backend.errors import InvalidInput
from backend.storage.duck import quoted
from backend.tools.scope import day_of
from backend.tools.selection import Numbers, Selection
from contract.tools import TableColumn

DailyStatistic = Literal["mean", "sum"]
_SQL: dict[DailyStatistic, str] = {"mean": "avg", "sum": "sum"}


MAX_DAYS = 4_000


@dataclass(frozen=True)
class Daily:
    """A finite value for each of some days, in their order."""

    days: tuple[date, ...]
    values: Numbers

    def between(self, since: date, until: date) -> "Daily":
        """Those of the days from `since` to `until`, both included."""
        kept = [index for index, day in enumerate(self.days) if since <= day <= until]
        return Daily(tuple(self.days[index] for index in kept), self.values[kept])

    @property
    def numbers(self) -> Numbers:
        """How many days each is after the first."""
        return np.array([(day - self.days[0]).days for day in self.days], dtype=np.float64)


def daily(chosen: Selection, column: TableColumn | None, statistic: DailyStatistic) -> Daily:
    """The mean or sum of a column for each day that has rows, of a selection of whole days.

    Without a column it is how many rows a day has: then each day counts, from the first to the
    last. Raises InvalidInput where the table does not say when, or has more than MAX_DAYS.
    """
    figure = f"{_SQL[statistic]}({quoted(column.name)})" if column else "count(*)"
    day = day_of(chosen.data)
    _check_length(chosen, column)
    rows = chosen.ask(f"SELECT {day}, CAST({figure} AS DOUBLE) FROM chosen GROUP BY 1 ORDER BY 1")
    found = {day: value for day, value in rows if value is not None and np.isfinite(value)}
    if column is None and found:
        first, last = min(found), max(found)
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        found = {day: found.get(day, 0.0) for day in every}
    return Daily(tuple(found), np.array(list(found.values()), dtype=np.float64))


def _check_length(chosen: Selection, column: TableColumn | None) -> None:
    span = chosen.span
    if span.since is None or span.until is None:
        return
    days = span.days if column else (span.until - span.since).days + 1
    if days and days > MAX_DAYS:
        raise InvalidInput(f"since: expected a later day, of at most {MAX_DAYS} days in all")
