"""What rows are counted by: the values of a column, or parts of its time."""

from typing import Literal

from backend.errors import InvalidInput
from backend.storage.duck import quoted
from backend.tools.data import Data
from contract.tools import ColumnKind, TableColumn

TimePart = Literal["hour", "weekday", "day", "week", "month"]
Statistic = Literal["mean", "median", "sum", "min", "max", "sd", "rows"]

_PARTS: dict[TimePart, tuple[str, ColumnKind]] = {
    "hour": ("hour({})", ColumnKind.NUMBER),
    "weekday": ("isodow({})", ColumnKind.NUMBER),
    "day": ("CAST({} AS DATE)", ColumnKind.DAY),
    "week": ("CAST(date_trunc('week', {}) AS DATE)", ColumnKind.DAY),
    "month": ("CAST(date_trunc('month', {}) AS DATE)", ColumnKind.DAY),
}
"""A weekday is 1 for Monday to 7 for Sunday; a week and a month are named by their first day."""

_STATISTICS: dict[Statistic, str] = {
    "mean": "avg({})",
    "median": "median({})",
    "sum": "sum({})",
    "min": "min({})",
    "max": "max({})",
    "sd": "stddev_samp({})",
    "rows": "count(*)",
}

Grouped = tuple[str, TableColumn]
"""An expression of SQL, and the column that it becomes in an answer."""


def grouped(data: Data, name: str, part: TimePart | None = None) -> Grouped:
    """The groups of a column; of days and times by their `part`, the day without one.

    Raises UnknownColumn, and InvalidInput for a part that the column has not.
    """
    column = data.column(name)
    if column.kind not in (ColumnKind.DAY, ColumnKind.TIME):
        if part:
            raise InvalidInput(f"expected a column of days or times for a part: {part}")
        return quoted(name), column
    if part == "hour" and column.kind is ColumnKind.DAY:
        raise InvalidInput("expected a column of times for the part: hour")
    sql, kind = _PARTS[part or "day"]
    called = f"{name} ({part})" if part else name
    return sql.format(quoted(name)), TableColumn(name=called, kind=kind)


def measured(data: Data, name: str | None, statistic: Statistic) -> Grouped:
    """A figure of each group: of a column of numbers, or how many rows it has.

    Raises UnknownColumn, and InvalidInput where a column is needed and none is given.
    """
    if statistic == "rows":
        return "count(*)", TableColumn(name="rows", kind=ColumnKind.NUMBER)
    if name is None:
        raise InvalidInput(f"column: expected a column of numbers for the statistic: {statistic}")
    column = data.column(name, ColumnKind.NUMBER)
    called = column.model_copy(update={"name": f"{name} ({statistic})"})
    return _STATISTICS[statistic].format(quoted(name)), called
