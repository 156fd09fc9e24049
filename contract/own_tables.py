"""Tables of one's own: what was found in a file, and how it was read."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.tools import Cell, ColumnKind, Grid, TableColumn

MAX_COLUMNS = 1_000
MAX_ROWS = 50_000_000


class Misfits(BaseModel):
    """The cells of a text column that kept it from being one of another `kind`."""

    model_config = ConfigDict(frozen=True)

    kind: ColumnKind
    cells: int = Field(ge=1)
    examples: tuple[str, ...]


class ColumnDescription(TableColumn):
    """A column as it was read.

    `title` is what the file calls it. `read_as` shows how its cells are written, as one of them
    would be; of text it is None. One that `is_certain` could not be read otherwise. `missing` cells
    are empty or hold one of `missing_words`, each with how many. `low` and `high` are the least
    and the greatest value, not of text. `distinct` values are counted, or estimated where there
    are many rows. `examples` are as they stand in the file.
    """

    title: str
    read_as: str | None = None
    is_certain: bool = True
    missing: int = Field(ge=0)
    missing_words: dict[str, int] = Field(default_factory=dict)
    distinct: int = Field(ge=0)
    is_distinct_estimated: bool = False
    low: Cell = None
    high: Cell = None
    examples: tuple[str, ...] = ()
    misfits: Misfits | None = None


class CsvDescription(BaseModel):
    """How a text was read: `separator` is None where each row is one cell.

    An `encoding` that `is_encoding_certain` is the only one of those known that fits. `decimal` is
    None where no number has one. Rows with fewer cells than columns are filled up: `short_rows`, of
    which `short_lines` names the first.
    """

    model_config = ConfigDict(frozen=True)

    encoding: str
    is_encoding_certain: bool
    separator: str | None
    decimal: Literal[".", ","] | None
    has_header: bool
    blank_lines: int = Field(ge=0)
    short_rows: int = Field(ge=0)
    short_lines: tuple[int, ...] = ()


class TableDescription(BaseModel):
    """What was found in a file; one of Parquet says itself how it is to be read: `csv` is None."""

    model_config = ConfigDict(frozen=True)

    rows: int = Field(ge=0, le=MAX_ROWS)
    columns: tuple[ColumnDescription, ...]
    csv: CsvDescription | None = None


class TableShown(BaseModel):
    """A table, and its `first` rows."""

    model_config = ConfigDict(frozen=True)

    description: TableDescription
    first: Grid
