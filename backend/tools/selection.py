"""The rows that a tool answers from, as one relation of SQL named `chosen`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.storage.duck import Cells, quoted
from backend.tools.data import Data
from backend.tools.scope import Scope, day_of, filled
from backend.tools.tool import Said
from contract.tools import ColumnKind, Fact, Grid, Plot, TableColumn

MAX_EXACT = 2_000_000
"""Of more rows quantiles are estimated: memory is bounded."""
MAX_NUMBERS = 200_000
"""Of more rows numbers come of a sample, which is the same each time."""

Numbers = NDArray[np.float64]

_READ = {
    ColumnKind.NUMBER: "CASE WHEN isfinite({0}::DOUBLE) THEN {0}::DOUBLE END",
    ColumnKind.TEXT: "{0}::VARCHAR",
    ColumnKind.YES_NO: "{0}::BOOLEAN",
    ColumnKind.DAY: "CASE WHEN year({0}::DATE) BETWEEN 1 AND 9999 THEN {0}::DATE END",
    ColumnKind.TIME: "CASE WHEN year({0}::TIMESTAMP) BETWEEN 1 AND 9999 THEN {0}::TIMESTAMP END",
}
"""A cell as what its column says; what no reader could take, such as NaN, is missing."""


@dataclass(frozen=True)
class Span:
    """So many rows, of so many days; without days where the table does not say when."""

    rows: int
    days: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Selection:
    """Those rows of a table that a scope names. `ask` raises what a question to DuckDB raises."""

    data: Data
    sql: str
    values: tuple[object, ...]

    def ask(self, query: str, values: Sequence[object] = ()) -> list[Cells]:
        """The rows of a query `FROM chosen`, whose `?` are `values`."""
        return self.data.duck.ask(f"{self.sql} {query}", (*self.values, *values))

    @cached_property
    def span(self) -> Span:
        """What there is of them."""
        if self.data.time_column is None:
            return Span(*self.ask("SELECT count(*) FROM chosen")[0])
        day = day_of(self.data)
        counted = f"count(*), count(DISTINCT {day}), min({day}), max({day})"
        return Span(*self.ask(f"SELECT {counted} FROM chosen")[0])

    @property
    def quantile(self) -> str:
        """The function of SQL by which quantiles are found."""
        return "quantile_cont" if self.span.rows <= MAX_EXACT else "approx_quantile"

    @property
    def is_sampled(self) -> bool:
        """Whether `numbers` has not those of all rows."""
        return self.span.rows > MAX_NUMBERS

    def numbers(self, *columns: TableColumn) -> tuple[Numbers, ...]:
        """The cells of columns that are known in all rows, of about MAX_NUMBERS rows at most."""
        names = ", ".join(quoted(it.name) for it in columns)
        every = math.ceil(self.span.rows / MAX_NUMBERS)
        sample = f" QUALIFY hash(row_number() OVER ()) % {every} = 0" if self.is_sampled else ""
        with self.data.duck.connected() as cursor:
            query = f"{self.sql} SELECT {names} FROM chosen{sample}"
            found: dict[str, Any] = cursor.execute(query, list(self.values)).fetchnumpy()
        return tuple(np.asarray(it, dtype=np.float64) for it in found.values())

    def said(self, *facts: Fact, grid: Grid | None = None, plot: Plot | None = None) -> Said:
        """An answer that stands on these rows."""
        span = self.span
        return Said(span.rows, span.days, span.since, span.until, None, facts, grid, plot)

    def too_little(self, text: str) -> Said:
        """No answer, and why."""
        span = self.span
        return Said(span.rows, span.days, span.since, span.until, text)


def select(data: Data, scope: Scope, *known: TableColumn, of_whole_days: bool = False) -> Selection:
    """The rows of a scope in which these columns are known.

    `of_whole_days` leaves out today, which is not over, and what has no day. Raises UnknownColumn
    and InvalidInput where the table has not what the scope names.
    """
    read = ", ".join(
        f"{_READ[it.kind].format(quoted(it.name))} AS {quoted(it.name)}" for it in data.columns
    )
    condition, values = filled(data, scope)
    condition += "".join(f" AND {quoted(it.name)} IS NOT NULL" for it in known)
    if of_whole_days:
        condition += f" AND {day_of(data)} <> ?"
        values = [*values, data.today]
    table = f"SELECT {read} FROM {data.table}"
    return Selection(
        data, f"WITH chosen AS (SELECT * FROM ({table}) WHERE {condition})", tuple(values)
    )
