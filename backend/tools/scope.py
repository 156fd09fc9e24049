"""Which rows of a table are asked about: arguments that every tool takes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.errors import InvalidInput
from backend.storage.duck import quoted
from backend.tools.data import Data
from contract.tools import ColumnKind, TableColumn

MAX_CONDITIONS, MAX_ONE_OF = 10, 100

ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, Field(strict=True, description="A day, such as 2026-11-30.")]
Value = bool | int | float | Annotated[str, Field(max_length=1000)]
Filled = tuple[str, list[object]]
"""A piece of SQL, and the values of its `?`."""


class Operator(StrEnum):
    """How a cell is to compare with the value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    ONE_OF = "one_of"
    CONTAINS = "contains"
    MISSING = "missing"
    KNOWN = "known"


class Condition(BaseModel):
    """What is to hold for a column, such as `{"column": "falls", "operator": ">", "value": 0}`.

    `one_of` takes a list of values, `contains` a text in any case; `missing` and `known` take no
    value. What is missing is `!=` to everything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: ColumnName
    operator: Operator = Operator.EQUAL
    value: Value | Annotated[tuple[Value, ...], Field(max_length=MAX_ONE_OF)] | None = Field(
        default=None,
        description="A number, text, true or false, day or local time; a list for `one_of`.",
    )


class Scope(BaseModel):
    """The rows of days from `since` to `until`, both included, for which all of `where` hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Day | None = Field(default=None, description="The first day; else that of the table.")
    until: Day | None = Field(default=None, description="The last day; else that of the table.")
    where: tuple[Condition, ...] = Field(
        default=(), max_length=MAX_CONDITIONS, description="What holds for each row that counts."
    )


def filled(data: Data, scope: Scope) -> Filled:
    """The scope as a condition of SQL; raises UnknownColumn and InvalidInput."""
    parts = [*_span(data, scope), *(_condition(data, it) for it in scope.where)]
    sql = " AND ".join(part for part, _ in parts) or "TRUE"
    return sql, [value for _, values in parts for value in values]


def _span(data: Data, scope: Scope) -> list[Filled]:
    if scope.since is None and scope.until is None:
        return []
    if scope.since and scope.until and scope.until < scope.since:
        raise InvalidInput("until: expected `since` or a later day")
    day = day_of(data)
    bounds: list[tuple[str, date | None]] = [(">=", scope.since), ("<=", scope.until)]
    return [(f"{day} {operator} ?", [it]) for operator, it in bounds if it]


def day_of(data: Data) -> str:
    """The day of a row, in SQL; raises InvalidInput where the table does not say when."""
    if data.time_column is None:
        raise InvalidInput("expected a table with a column of days or times")
    return f"CAST({quoted(data.time_column)} AS DATE)"


def _condition(data: Data, condition: Condition) -> Filled:
    column, given = data.column(condition.column), condition.value
    name = quoted(column.name)
    match condition.operator:
        case Operator.MISSING:
            return f"{name} IS NULL", []
        case Operator.KNOWN:
            return f"{name} IS NOT NULL", []
        case Operator.NOT_EQUAL:
            return f"{name} IS DISTINCT FROM ?", [_value(data, column, given)]
        case Operator.CONTAINS:
            column = data.column(condition.column, ColumnKind.TEXT)
            return f"contains(lower({name}), lower(?))", [_value(data, column, given)]
        case Operator.ONE_OF:
            values = [_value(data, column, it) for it in _several(given)]
            return f"{name} IN ({', '.join('?' * len(values))})", values
    return f"{name} {condition.operator} ?", [_value(data, column, given)]


def _several(given: object) -> tuple[object, ...]:
    if isinstance(given, tuple) and given:
        return given
    raise InvalidInput("where: expected a list of values for `one_of`")


_EXPECTED = {
    ColumnKind.NUMBER: "a number",
    ColumnKind.TEXT: "a text",
    ColumnKind.YES_NO: "true or false",
    ColumnKind.DAY: "a day, such as 2026-11-30",
    ColumnKind.TIME: "a local time, such as 2026-11-30T07:30",
}


def _value(data: Data, column: TableColumn, given: object) -> object:
    try:
        value = _read(data, column.kind, given)
    except (ValueError, OverflowError):
        value = None
    if value is None:
        expected = _EXPECTED[column.kind]
        raise InvalidInput(f"where: expected {expected} as the value of {column.name[:80]!r}")
    return value


def _read(data: Data, kind: ColumnKind, given: object) -> object:
    """The value as DuckDB takes it; None or ValueError where it is of another kind."""
    match kind, given:
        case ColumnKind.YES_NO, bool():
            return given
        case ColumnKind.NUMBER, int() | float() if not isinstance(given, bool):
            return float(given)
        case ColumnKind.TEXT, str():
            return given
        case ColumnKind.DAY, str():
            return date.fromisoformat(given)
        case ColumnKind.TIME, str():
            at = datetime.fromisoformat(given)
            return at.astimezone(data.zone).replace(tzinfo=None) if at.tzinfo else at
    return None
