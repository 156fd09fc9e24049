"""Questions to a table, and their answers: what a tool takes and gives."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from contract.language import Language
from contract.record import RecordTable

Cell = bool | int | float | str | date | datetime | None
TableName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
"""One of RecordTable, or the id of a version of a data set of the kind `table`."""


class ColumnKind(StrEnum):
    """What the cells of a column are."""

    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
    DAY = "day"
    TIME = "time"
    """A day with a time of day, local."""


class TableColumn(BaseModel):
    """A column of a table that can be asked."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: ColumnKind
    unit: str | None = None


class Basis(BaseModel):
    """What an answer stands on: so many rows, of so many days from `since` to `until`.

    Days are None where the table has no time. `is_generated` marks a record that nobody lived.
    `data_version` changes whenever the answer may.
    """

    model_config = ConfigDict(frozen=True)

    table: str
    rows: int = Field(ge=0)
    days: int | None = None
    since: date | None = None
    until: date | None = None
    is_generated: bool = False
    data_version: str


class Fact(BaseModel):
    """One number or word that the answer says, such as `median` or `p_value`."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: Cell
    unit: str | None = None


class Grid(BaseModel):
    """A small table; `is_cut` where there was more than is shown."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_cut: bool = False


class Series(BaseModel):
    """One line, row of bars or cloud of a plot. `low` and `high` are an interval around `y`.

    A heat map has a row of `z` for each of its `y`.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["bar", "line", "scatter", "heatmap", "box"]
    x: tuple[Cell, ...]
    y: tuple[Cell, ...]
    z: tuple[tuple[float | None, ...], ...] | None = None
    low: tuple[float | None, ...] | None = None
    high: tuple[float | None, ...] | None = None


class Plot(BaseModel):
    """What a person would rather look at; the page draws it."""

    model_config = ConfigDict(frozen=True)

    x: TableColumn
    y: TableColumn
    series: tuple[Series, ...]
    is_stacked: bool = False


class ToolAnswer(BaseModel):
    """What a tool answers. Where there is `too_little` to say anything, that says what was needed.

    Then there are no facts, no grid and no plot.
    """

    model_config = ConfigDict(frozen=True)

    tool: str
    arguments: dict[str, JsonValue]
    basis: Basis
    too_little: str | None = None
    facts: tuple[Fact, ...] = ()
    grid: Grid | None = None
    plot: Plot | None = None


class ToolInfo(BaseModel):
    """A tool: what it is for, what it takes as JSON schema, and which tables it can be asked of.

    `tables` are those of the record; a tool that `takes_own` can be asked of one's own data too.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    description: str
    arguments: dict[str, Any]
    tables: tuple[RecordTable, ...]
    takes_own: bool


class TableInfo(BaseModel):
    """A table that can be asked, and how much is in it; without days where it has no time."""

    model_config = ConfigDict(frozen=True)

    name: TableName
    title: str
    columns: tuple[TableColumn, ...]
    rows: int = Field(ge=0)
    days: int | None = None
    since: date | None = None
    until: date | None = None
    is_own: bool
    is_generated: bool = False


class ToolAsked(BaseModel):
    """A question to a tool: what it is asked of, and its arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: TableName
    arguments: dict[str, JsonValue] = {}
    language: Language | None = None
