"""The rows of tables, put into another database and compared."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from backend.moving.errors import CannotMove

IN_BATCHES = {"yield_per": 1000}
"""So many rows are in memory at a time."""
POSTGRES = "postgresql"


@dataclass(frozen=True)
class Content:
    """How many rows a table has, and the sum of their digests: it is the same in any order."""

    rows: int = 0
    digests: int = 0


def content_of(db: Connection, table: Table) -> Content:
    """What is in the table."""
    rows, digests = 0, 0
    for row in db.execute(select(table), execution_options=IN_BATCHES):
        rows += 1
        digests += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
    return Content(rows, digests)


def copy_rows(
    source: Connection, target: Connection, tables: Iterable[Table], step: Callable[[], None]
) -> int:
    """Put all rows of `tables`, those that others refer to first, into `target`; how many.

    Both are within a transaction. Rows that are all there already are left as they are. Calls
    `step` after each table. Raises CannotMove where other rows are there, or came out differently.
    """
    rows = 0
    for table in tables:
        wanted = content_of(source, table)
        if content_of(target, table) != wanted:
            _copy(source, target, table, wanted)
        _go_on_counting(source, target, table)
        rows += wanted.rows
        step()
    return rows


def _copy(source: Connection, target: Connection, table: Table, wanted: Content) -> None:
    if target.scalar(select(func.count()).select_from(table)):
        raise CannotMove(f"expected no rows in the table {table.name} there, or the same as here")
    found = source.execute(select(table), execution_options=IN_BATCHES)
    try:
        for batch in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in batch])
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        raise CannotMove(f"the table {table.name} does not fit there: {reason}") from error
    if content_of(target, table) != wanted:
        raise CannotMove(f"the rows of the table {table.name} came out differently there")


def _go_on_counting(source: Connection, target: Connection, table: Table) -> None:
    """Let the next row get a number that none has had."""
    if (last := _last_number(source, table)) is None:
        return
    if target.dialect.name == POSTGRES:
        if (sequence := _sequence(target, table)) is not None:
            target.execute(text("SELECT setval(:name, :last)"), {"name": sequence, "last": last})
    elif _counts_deleted(table):
        row = {"name": table.name, "last": last}
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), row)
        target.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), row)


def _last_number(db: Connection, table: Table) -> int | None:
    """The highest that a row ever got by itself; of files it may be that of a row that is there."""
    column = table.autoincrement_column
    if column is None:
        return None
    if db.dialect.name == POSTGRES:
        sequence = _sequence(db, table)
        query = f"SELECT last_value FROM {sequence} WHERE is_called"  # noqa: S608 (its own name)
        last: int | None = db.scalar(text(query)) if sequence else None
    elif _counts_deleted(table):
        query = "SELECT seq FROM sqlite_sequence WHERE name = :name"
        last = db.scalar(text(query), {"name": table.name})
    else:
        last = db.scalar(select(func.max(column)))
    return last


def _sequence(db: Connection, table: Table) -> str | None:
    """PostgreSQL's counter of the table's number; None where it counts none."""
    column = table.autoincrement_column
    query = text("SELECT pg_get_serial_sequence(:table, :column)")
    names = {"table": table.name, "column": column.name if column is not None else ""}
    found: str | None = db.scalar(query, names)
    return found


def _counts_deleted(table: Table) -> bool:
    """Whether SQLite keeps the highest number though its row is gone."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])
