"""All that a server has of a household, and what of it would give it away."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Row, Table, select

from backend.storage.migrate import FACTORY, HOUSEHOLD
from testkit.asked_home import AskedHome
from testkit.full_household import CANARY

ID = re.compile(r"[0-9a-f]{12,}")
SINCE_1970 = 1e9
FOLDERS = ("media/images", "blobs", "zones", "poses", "access")
"""Of DATA_DIR, which nobody appends to."""
MOVING = {"activity_position", "blob_owner", "journal_position", "senders", "servers", "workers"}
"""Tables that are the server's own."""


@dataclass(frozen=True)
class Kept:
    """The rows of a household by table; and of tables that do not say whose a row is, and files,
    all that there are."""

    rows: dict[str, frozenset[str]]
    elsewhere: frozenset[str]


def kept(home: AskedHome, data_dir: Path, household_id: int) -> Kept:
    """As it is now."""
    rows, elsewhere = dict[str, frozenset[str]](), set(_files(data_dir))
    for table, found in _tables(home, household_id):
        lines = frozenset(map(repr, found))
        if _whose(table) is not None:
            rows[table.name] = lines
        elif table.name not in MOVING:
            elsewhere |= {f"{table.name} {line}" for line in lines}
    return Kept(rows, frozenset(elsewhere))


def marks(home: AskedHome, household_id: int) -> list[str]:
    """The ids and times in its rows, and the CANARY."""
    rows = [
        row
        for table, found in _tables(home, household_id)
        if _whose(table) is not None
        for row in found
    ]
    return [CANARY, *sorted({mark for row in rows for value in row for mark in _marks(value)})]


def _marks(value: object) -> list[str]:
    if isinstance(value, float) and value > SINCE_1970 and value % 1:
        return [repr(value)]
    return ID.findall(value) if isinstance(value, str) else []


def _tables(home: AskedHome, household_id: int) -> Iterator[tuple[Table, list[Row[Any]]]]:
    state = home.app.state
    for schema, database in ((HOUSEHOLD, state.database), (FACTORY, state.factory_database)):
        with database.reading() as db:
            for table in schema.metadata.sorted_tables:
                query, whose = select(table), _whose(table)
                if whose is not None:
                    query = query.where(whose == household_id)
                yield table, list(db.execute(query))


def _whose(table: Table) -> Column[int] | None:
    """The column that says whose a row is."""
    return table.c.get("number" if table.name == "households" else "household_id")


def _files(data_dir: Path) -> Iterator[str]:
    for folder in FOLDERS:
        for path in (data_dir / folder).rglob("*"):
            with suppress(FileNotFoundError, IsADirectoryError):  # the server erases meanwhile
                yield f"{path.relative_to(data_dir)} {sha256(path.read_bytes()).hexdigest()}"
