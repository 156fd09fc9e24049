"""A table in memory: columns of numbers, texts and times, read from a file of a data set."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["number", "text", "time"]

NUMBERS = frozenset({
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN",
})  # fmt: skip
TIMES = frozenset({
    "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE",
})  # fmt: skip
PARQUET = ".parquet"


class TableError(Exception):
    """A table from which this cannot be learnt; the message says what was expected."""


@dataclass(frozen=True)
class Column:
    """(N,) cells: float64 of numbers and of times (in days since 1970), objects of texts.

    What is missing is NaN, or None among texts.
    """

    kind: Kind
    cells: NDArray[Any]

    def taken(self, rows: NDArray[Any]) -> "Column":
        """Some of its cells, by a mask or by their indices."""
        return Column(self.kind, self.cells[rows])


@dataclass(frozen=True)
class Table:
    """Columns of as many cells each, by their names."""

    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).cells) if self.columns else 0

    def column(self, name: str) -> Column:
        """Raises TableError where there is none of this name."""
        if name not in self.columns:
            raise TableError(f"no column {name!r}, expected one of {', '.join(self.columns)}")
        return self.columns[name]

    def taken(self, rows: NDArray[Any]) -> "Table":
        """Some of its rows, by a mask or by their indices."""
        return Table({name: column.taken(rows) for name, column in self.columns.items()})

    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any name or cell."""
        digest = hashlib.sha256()
        for name, column in self.columns.items():
            digest.update(f"{name}:{column.kind}:{len(column.cells)}".encode())
            digest.update(_bytes_of(column))
        return digest.hexdigest()[:16]


def number(cells: Any) -> Column:
    """A column of numbers."""
    return Column("number", np.asarray(cells, dtype=np.float64))


def text(cells: Any) -> Column:
    """A column of texts."""
    return Column("text", np.asarray(cells, dtype=object))


def time(cells: Any) -> Column:
    """A column of times, in days since 1970."""
    return Column("time", np.asarray(cells, dtype=np.float64))


def read_table(path: Path) -> Table:
    """A Parquet or CSV file; columns of other kinds than these are left out.

    Raises TableError.
    """
    import duckdb  # only of the files, and slow to import

    reader = "read_parquet" if path.suffix == PARQUET else "read_csv"
    try:
        with duckdb.connect(":memory:", config={"threads": 2}) as db:
            table = db.execute(f"FROM {reader}(?)", [str(path)])
            kinds = {name: kind for name, of, *_ in table.description if (kind := _kind(str(of)))}
            asked = ", ".join(_asked(name, kind) for name, kind in kinds.items()) or "NULL"
            found = db.execute(f"SELECT {asked} FROM {reader}(?)", [str(path)]).fetchnumpy()  # noqa: S608
            return Table({name: _column(found[name], kind) for name, kind in kinds.items()})
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise TableError(f"{path.name} is no table, expected Parquet or CSV: {first}") from error


def _kind(of: str) -> Kind | None:
    """What DuckDB's type is to us; a list or a structure is nothing that can be learnt from."""
    if of.endswith("]"):
        return None
    if of in TIMES:
        return "time"
    if of.partition("(")[0] in NUMBERS:
        return "number"
    return "text" if of == "VARCHAR" else None


def _asked(name: str, kind: Kind) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "number":
        return f"CAST({quoted} AS DOUBLE) AS {quoted}"
    if kind == "time":
        return f"epoch(CAST({quoted} AS TIMESTAMP)) / 86400 AS {quoted}"
    return quoted


def _column(found: Any, kind: Kind) -> Column:
    cells: Any = np.ma.asarray(found)
    if kind == "text":
        return text([None if cell is np.ma.masked else cell for cell in cells])
    return Column(kind, cells.astype(np.float64).filled(np.nan))


def _bytes_of(column: Column) -> bytes:
    if column.kind == "text":
        return "\x1f".join(f"{cell}" for cell in column.cells).encode()
    return column.cells.tobytes()
