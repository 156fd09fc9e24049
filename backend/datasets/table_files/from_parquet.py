"""A Parquet file of a stranger's making: its columns, as they can be asked."""

import re
from pathlib import Path

from backend.datasets.errors import UnusableFiles
from backend.datasets.table_files.describing import ASK_SEC, ReadColumn
from backend.datasets.table_files.header import column_names
from backend.datasets.table_files.marks import ENCRYPTED_PARQUET, PARQUET
from backend.datasets.table_files.parquet_files import parquet_source
from backend.errors import shorten
from backend.storage.duck import Duck, quoted_text
from contract.own_tables import MAX_COLUMNS, MAX_ROWS
from contract.tools import ColumnKind

MAX_UNPACKED_BYTES = 16 * 2**30
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
DECIMAL, MAX_DIGITS = re.compile(r"DECIMAL\((\d+),(\d+)\)"), 18
TYPES = {
    "BOOLEAN": (ColumnKind.YES_NO, "BOOLEAN"),
    "DATE": (ColumnKind.DAY, "DATE"),
    "FLOAT": (ColumnKind.NUMBER, "DOUBLE"),
    "DOUBLE": (ColumnKind.NUMBER, "DOUBLE"),
    **dict.fromkeys(NUMBERS, (ColumnKind.NUMBER, "BIGINT")),
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
        (ColumnKind.TIME, "TIMESTAMP"),
    ),
    **dict.fromkeys(
        ("VARCHAR", "JSON", '"NULL"', "UUID", "TIME", "UBIGINT", "HUGEINT", "UHUGEINT", "INTERVAL"),
        (ColumnKind.TEXT, "VARCHAR"),
    ),
}
"""How each type of DuckDB is read. Numbers too long for one are text, in which no digit is lost."""
UNIVERSAL = "TIMESTAMP WITH TIME ZONE"


class ParquetTable:
    """The file at `path`; raises UnusableFiles where it cannot be a table."""

    def __init__(self, duck: Duck, path: Path) -> None:
        self._duck = duck
        _check_marks(path)
        file = f"read_parquet({quoted_text(str(path))})"
        self._types = [
            (str(name), str(type_)) for name, type_, *_ in duck.ask(f"DESCRIBE FROM {file}")
        ]
        if not 0 < len(self._types) <= MAX_COLUMNS:
            said = f"expected 1 to {MAX_COLUMNS:,} columns, got {len(self._types):,}"
            raise UnusableFiles(said)
        self._check_size(path)
        self.source = parquet_source(path, len(self._types))

    def read(self) -> list[ReadColumn]:
        """Its columns, as they can be asked; raises UnusableFiles for one of another type."""
        names = column_names([name for name, _ in self._types])
        return [
            self._column(at, name, title, type_)
            for at, (name, (title, type_)) in enumerate(zip(names, self._types, strict=True))
        ]

    def _check_size(self, path: Path) -> None:
        of = quoted_text(str(path))
        ((rows, unpacked),) = self._duck.ask(
            f"SELECT (SELECT sum(num_rows) FROM parquet_file_metadata({of})), "
            f"(SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({of}))"
        )
        if not 0 < rows <= MAX_ROWS:
            raise UnusableFiles(f"expected 1 to {MAX_ROWS:,} rows, got {rows:,}")
        if unpacked > MAX_UNPACKED_BYTES:
            raise UnusableFiles(
                f"expected at most {MAX_UNPACKED_BYTES >> 30} GiB once it is unpacked"
            )

    def _column(self, at: int, name: str, title: str, type_: str) -> ReadColumn:
        column = f"c{at}"
        if type_ == UNIVERSAL:
            value = f"make_timestamp(epoch_us({column}))"
            return ReadColumn(name, title, ColumnKind.TIME, value, "UTC", type_)
        kind, own = _read_as(title, type_)
        if own == "DOUBLE":
            return self._of_fractions(column, name, title, type_)
        return ReadColumn(name, title, kind, f"{column}::{own}", read_as=type_)

    def _of_fractions(self, column: str, name: str, title: str, type_: str) -> ReadColumn:
        """What is no finite number is missing, and is counted by its name."""
        number = f"{column}::DOUBLE"
        rows = self._duck.ask(
            f"SELECT {number}::VARCHAR, count(*) FROM {self.source} "
            f"WHERE NOT isfinite({number}) GROUP BY 1 ORDER BY 1",
            timeout_sec=ASK_SEC,
        )
        value = f"CASE WHEN isfinite({number}) THEN {number} END"
        words = {str(text): int(count) for text, count in rows}
        of = name, title, ColumnKind.NUMBER, value
        return ReadColumn(*of, read_as=type_, missing_words=words)


def _read_as(title: str, type_: str) -> tuple[ColumnKind, str]:
    """The kind of a column of DuckDB's type, and the type that it has in the end."""
    if type_.startswith("ENUM"):
        return TYPES["VARCHAR"]
    if decimal := DECIMAL.fullmatch(type_):
        digits, behind = map(int, decimal.groups())
        return TYPES["DOUBLE" if behind else "BIGINT" if digits <= MAX_DIGITS else "VARCHAR"]
    if type_ not in TYPES:
        said = "numbers, texts, days, times or yes and no"
        raise UnusableFiles(f"column {shorten(title)!r}: expected {said}, got {shorten(type_)}")
    return TYPES[type_]


def _check_marks(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(PARQUET))
        file.seek(-min(len(PARQUET), path.stat().st_size), 2)
        tail = file.read()
    if ENCRYPTED_PARQUET in (head, tail):
        raise UnusableFiles("expected Parquet without encryption")
    if tail != PARQUET:
        raise UnusableFiles("expected a whole Parquet file, it is cut off")
