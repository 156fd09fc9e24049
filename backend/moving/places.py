"""Where the databases of a household are: in files, or in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sqlalchemy import Connection, create_engine

from backend.moving.errors import CannotMove
from backend.moving.rows import copy_rows
from backend.storage.database import FACTORY_FILE, FILE_URL, household_file
from backend.storage.encoding import expect_utf8
from backend.storage.errors import UnusableDatabaseError
from backend.storage.migrate import HOUSEHOLD, Schema, migrate, revision_of
from backend.storage.sqlite_copy import copy_sqlite


class Place(Protocol):
    """All raise OSError, sqlite3.Error, SQLAlchemyError and CannotMove."""

    def copy_to(self, schema: Schema, copy: Path) -> None:
        """Let the new SQLite file `copy` have the tables at one moment, though they are written."""

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

    def copy_to(self, schema: Schema, copy: Path) -> None:
        """As of any Place; the factory's file, and so the copy, is made at its first use."""
        path = self.path(schema)
        if path.exists():
            copy_sqlite(path, copy)
        elif schema is HOUSEHOLD:
            raise CannotMove(f"expected a database at {path}")

    @contextmanager
    def reading(self, schema: Schema) -> Iterator[Connection]:
        """As of any Place; without a file there are no rows."""
        self.factory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".copy-", dir=self.factory.parent) as folder:
            copy = Path(folder) / self.path(schema).name
            self.copy_to(schema, copy)
            with _opened(f"{FILE_URL}{copy}", schema) as db:
                yield db

    @contextmanager
    def writing(self, schema: Schema) -> Iterator[Connection]:
        """As of any Place; the file is made where there is none."""
        path = self.path(schema)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(f"{FILE_URL}{path}", schema) as db:
            yield db


@dataclass(frozen=True)
class Postgres:
    """Both in one database of PostgreSQL; its `url` has a password."""

    url: str

    def copy_to(self, schema: Schema, copy: Path) -> None:
        """As of any Place: row by row, so that any place can take them back."""
        with self.reading(schema) as here, _opened(f"{FILE_URL}{copy}", schema) as there:
            copy_rows(here, there, schema.metadata.sorted_tables, lambda: None)

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


def place_of(url: str | None, data_dir: Path) -> Place:
    """Where a server with this DATABASE_URL has its databases."""
    household = household_file(url, data_dir)
    if household is None:
        return Postgres(str(url))
    return Files(household, data_dir / FACTORY_FILE)


@contextmanager
def _opened(url: str, schema: Schema, *, is_changed: bool = True) -> Iterator[Connection]:
    """Within a transaction, which sees one moment; `is_changed` says that it may be migrated."""
    level = "SERIALIZABLE" if url.startswith(FILE_URL) else "REPEATABLE READ"
    try:
        engine = create_engine(url, isolation_level=level)
    except ImportError as error:
        raise CannotMove(f"{error}: run uv sync --extra postgres") from error
    try:
        with expect_utf8(engine).connect() as db:
            with db.begin():
                _check(revision_of(db, schema), schema, is_changed=is_changed)
            migrate(db, schema)
            with db.begin():
                yield db
    except UnusableDatabaseError as error:
        raise CannotMove(str(error)) from error
    finally:
        engine.dispose()


def _check(revision: str | None, schema: Schema, *, is_changed: bool) -> None:
    newest = schema.revisions[-1]
    if not is_changed and revision != newest:
        raise CannotMove(f"its schema is {revision}, expected {newest}: run migrate-database")
    if revision not in (None, *schema.revisions):
        raise CannotMove(f"its schema is {revision}, which is not known here")
