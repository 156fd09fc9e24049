"""The tables of a record from rows that stand in a test, as tools are given them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import duckdb

from backend.record.columns import COLUMNS, TIME_COLUMN
from backend.storage.duck import Duck, quoted
from backend.tools.data import Data
from contract.language import Language
from contract.record import RecordTable
from contract.tools import Cell, TableColumn
from testkit.askable import SEOUL, TYPES

ROWS_AT_ONCE = 10_000
FILLING_SEC = 300.0

Row = Mapping[str, Cell]
Rows = Mapping[RecordTable, Sequence[Row]]


@dataclass(frozen=True)
class RecordTables:
    """A record in a database, with all its tables."""

    duck: Duck
    zone: ZoneInfo
    today: date

    def data(self, table: RecordTable, language: Language = "ko") -> Data:
        """One of them, as a tool is given it; the others lie in the same database."""
        return Data(
            duck=self.duck,
            name=table,
            table=quoted(table),
            columns=COLUMNS[table],
            time_column=TIME_COLUMN[table],
            zone=self.zone,
            today=self.today,
            language=language,
            version="1",
        )


@contextmanager
def record_tables(rows: Rows, today: date, zone: ZoneInfo = SEOUL) -> Iterator[RecordTables]:
    """A record with these rows; a column that a row does not have is NULL in it, a table that is
    not named is empty."""
    with closing(Duck()) as duck:
        with duck.connected(FILLING_SEC) as cursor:
            for table, columns in COLUMNS.items():
                _create(cursor, table, columns)
                _fill(cursor, table, columns, rows.get(table, ()))
        yield RecordTables(duck, zone, today)


def _create(
    cursor: duckdb.DuckDBPyConnection, table: RecordTable, columns: Sequence[TableColumn]
) -> None:
    listed = ", ".join(f"{quoted(it.name)} {TYPES[it.kind]}" for it in columns)
    cursor.execute(f"CREATE TABLE {quoted(table)} ({listed})")


def _fill(
    cursor: duckdb.DuckDBPyConnection,
    table: RecordTable,
    columns: Sequence[TableColumn],
    rows: Sequence[Row],
) -> None:
    if unknown := {name for row in rows for name in row} - {it.name for it in columns}:
        raise ValueError(f"{table} has no column {min(unknown)}")
    lists = ", ".join(f"unnest(?::{TYPES[it.kind]}[])" for it in columns)
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[begin : begin + ROWS_AT_ONCE]
        values = [[row.get(it.name) for row in some] for it in columns]
        cursor.execute(f"INSERT INTO {quoted(table)} SELECT {lists}", values)
