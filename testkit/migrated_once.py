"""Databases of unit tests: the first of a schema is migrated, the others get its tables.

A migration takes a tenth of a second, and hundreds of tests begin with an empty database.
"""

import sqlite3
from typing import cast

import pytest
from sqlalchemy import Connection

from backend.storage import database, shared_file
from backend.storage.migrate import HOUSEHOLD, Schema, migrate


class MigratedOnce:
    """Stands in for `migrate`, by the SQL of what it left in an empty database of SQLite."""

    def __init__(self) -> None:
        self._scripts: dict[str, list[str]] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let new databases of SQLite be made by it."""
        for module in (database, shared_file):
            patch.setattr(module, "migrate", self)

    def __call__(self, connection: Connection, schema: Schema = HOUSEHOLD) -> bool:
        """As `migrate`."""
        if connection.dialect.name != "sqlite" or _has_tables(_driver(connection)):
            return migrate(connection, schema)
        if script := self._scripts.get(schema.version_table):
            with connection.begin():
                for statement in script:
                    connection.exec_driver_sql(statement)
            return True
        migrate(connection, schema)
        dump = _driver(connection).iterdump()
        own = ("BEGIN", "COMMIT", 'DELETE FROM "sqlite', 'INSERT INTO "sqlite')
        self._scripts[schema.version_table] = [it for it in dump if not it.startswith(own)]
        return True


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
