"""Where the databases of a household are: in files, or in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sqlalchemy import Connection, create_engine

from backend.moving.errors import CannotMove
from backend.storage.migrate import HOUSEHOLD, Schema, migrate, revision_of
from backend.storage.sqlite_copy import copy_sqlite


class Place(Protocol):
    """Both raise OSError, sqlite3.Error, SQLAlchemyError and CannotMove."""

    @contextmanager
    def reading(self, schema: Schema) -> Iterator[Connection]:
        """The tables at one moment, at today's schema; nothing of the place changes."""

    @contextmanager
    def writing(self, schema: Schema) -> Iterator[Connection]:
        """The tables at today's schema, within a transaction: all of the block, or nothing."""


@dataclass(frozen=True)
class Files:
    """The two SQLite files. What is read is a copy of them, made beside the second."""

    household: Path
    factory: Path

    def path(self, schema: Schema) -> Path:
        """The file of one schema."""
        return self.household if schema is HOUSEHOLD else self.factory

    @contextmanager
    def reading(self, schema: Schema) -> Iterator[Connection]:
        """As of any Place. The factory's file is made at its first use: before, it has no rows."""
        path = self.path(schema)
        if schema is HOUSEHOLD and not path.exists():
            raise CannotMove(f"expected a database at {path}")
        self.factory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".copy-", dir=self.factory.parent) as folder:
            copy = Path(folder) / path.name
            if path.exists():
                copy_sqlite(path, copy)
            with _opened(f"sqlite:///{copy}", schema) as db:
                yield db

    @contextmanager
    def writing(self, schema: Schema) -> Iterator[Connection]:
        """As of any Place; the file is made where there is none."""
        path = self.path(schema)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(f"sqlite:///{path}", schema) as db:
            yield db


@dataclass(frozen=True)
class Postgres:
    """Both in one database of PostgreSQL; its `url` has a password."""

    url: str

    @contextmanager
    def reading(self, schema: Schema) -> Iterator[Connection]:
        """As of any Place."""
        with _opened(self.url, schema, is_changed=False) as db:
            yield db

    @contextmanager
    def writing(self, schema: Schema) -> Iterator[Connection]:
        """As of any Place."""
        with _opened(self.url, schema) as db:
            yield db


@contextmanager
def _opened(url: str, schema: Schema, *, is_changed: bool = True) -> Iterator[Connection]:
    """Within a transaction, which sees one moment; `is_changed` says that it may be migrated."""
    level = "SERIALIZABLE" if url.startswith("sqlite") else "REPEATABLE READ"
    try:
        engine = create_engine(url, isolation_level=level)
    except ImportError as error:
        raise CannotMove(f"{error}: run uv sync --extra postgres") from error
    try:
        with engine.connect() as db:
            with db.begin():
                _check(revision_of(db, schema), schema, is_changed=is_changed)
            migrate(db, schema)
            with db.begin():
                yield db
    finally:
        engine.dispose()


def _check(revision: str | None, schema: Schema, *, is_changed: bool) -> None:
    newest = schema.revisions[-1]
    if not is_changed and revision != newest:
        raise CannotMove(f"its schema is {revision}, expected {newest}: run migrate-database")
    if revision not in (None, *schema.revisions):
        raise CannotMove(f"its schema is {revision}, which is not known here")
