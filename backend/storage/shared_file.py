"""A SQLite file that the server and its workers write, each in a process of its own."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from backend.storage.errors import DatabaseUnavailable
from backend.storage.migrate import FACTORY, migrate
from backend.storage.room import check_room
from common.files import claim

PATIENCE_SEC = 5.0
"""For so long the transaction of another process is waited for."""


class SharedFile:
    """A Database in a file, as SQLite's write-ahead log shares it. Thread-safe.

    It opens at its first use, and again after a failure: who needs no job is not kept from
    starting. Raises DatabaseUnavailable where the disk refuses.
    """

    forgotten = False
    lag_sec = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()  # one transaction per process: SQLite has one writer anyway
        self._engine: Engine | None = None
        self._failure: str | None = None

    @property
    def failure(self) -> str | None:
        """Why the last transaction failed, in one line; None if it did not."""
        return self._failure

    @property
    def is_made(self) -> bool:
        """Whether there is a file."""
        return self._path.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection, for questions."""
        with self._within("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection within one transaction: all of the block counts, or nothing of it."""
        with self._within("BEGIN IMMEDIATE") as db:
            yield db

    def is_durable(self) -> bool:
        """Whether all that was written is: a commit says so."""
        return True

    def forget_deleted(self) -> None:
        """Empty the log, which has the pages of before; what is deleted SQLite overwrites itself.

        Where another process reads just now, its end does that.
        """
        with self._lock, suppress(SQLAlchemyError, OSError):
            if self._path.exists():
                with closing(self._opened().raw_connection()) as connection:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._let_go()

    @contextmanager
    def _within(self, begin: str) -> Iterator[Connection]:
        with self._lock:
            try:
                engine = self._opened()
                with engine.connect() as db:
                    db.info["begin"] = begin
                    with db.begin():
                        yield db
            except (OSError, SQLAlchemyError) as error:
                self._failure = f"the database of the jobs: {str(error).splitlines()[0]}"
                self._let_go()
                raise DatabaseUnavailable(self._failure) from error
            self._failure = None

    def _opened(self) -> Engine:
        if self._engine is not None and self._path.exists():
            return self._engine
        self._let_go()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path.exists():
            check_room(self._path.parent)
        engine = _engine(self._path)
        # Of two processes that start at once one makes the tables.
        with claim(self._path.with_suffix(".lock"), wait=True), engine.connect() as db:
            db.info["begin"] = "BEGIN IMMEDIATE"
            migrate(db, FACTORY)
        self._engine = engine
        return engine

    def _let_go(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": PATIENCE_SEC})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's `begin` says when
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.info.get("begin", "BEGIN IMMEDIATE"))

    return engine
