"""Rows for each table that there is, whose values are odd on purpose."""

from typing import Any

from sqlalchemy import Boolean, Column, Connection, Float, Integer, LargeBinary, delete, insert

from backend.storage.migrate import Schema

ROWS = 3
HIGHEST = ROWS
"""The number of a row that is deleted again, where no other row may get its number."""


def fill(db: Connection, schema: Schema) -> int:
    """Put some rows into each table; how many are there in the end."""
    rows = 0
    for table in schema.metadata.sorted_tables:
        for number in range(1, ROWS + 1):
            db.execute(insert(table), [{it.name: _value(it, number) for it in table.columns}])
        rows += ROWS
        if table.dialect_options["sqlite"]["autoincrement"]:
            rows -= db.execute(delete(table).where(table.c.number == HIGHEST)).rowcount
    return rows


def _value(column: Column[Any], number: int) -> object:
    for key in column.foreign_keys:
        return _value(key.column, number)
    if column.nullable and number == ROWS:
        return None
    if isinstance(column.type, Boolean):
        return number % 2 == 1
    if isinstance(column.type, Float):
        return 1.8e9 + number / 3
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, LargeBinary):
        return bytes(range(256)) * number
    return f"{column.name} {number}\n‘거실’ \\ \" ' 🙂"
