"""What all threads ask and write: tables by SQLAlchemy, one transaction at a time."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from backend.seen import household_seen
from backend.storage.encoding import expect_utf8
from backend.storage.errors import DatabaseUnavailable, UnusableDatabaseError
from backend.storage.fence import fence
from backend.storage.migrate import FACTORY, HOUSEHOLD, Schema, migrate, revision_of
from backend.storage.mirror import Mirror
from backend.storage.shared_file import SharedFile
from backend.storage.sqlite_file import Statement, load

FILE_URL = "sqlite:///"
"""How a DATABASE_URL of a file begins."""
HOUSEHOLD_FILE, FACTORY_FILE = Path("database/dolbom.sqlite3"), Path("jobs/factory.sqlite3")
"""Below DATA_DIR."""


class Database(Protocol):
    """Thread-safe. What was written counts at once."""

    forgotten: bool
    """Whether a file with what was written before could not be read."""

    @property
    def failure(self) -> str | None:
        """Why what was written may be lost with this process, in one line; None while it is not."""

    @property
    def is_made(self) -> bool:
        """Whether there is anything: a file may be made only at its first use."""

    @property
    def lag_sec(self) -> float:
        """For how long the oldest change waits that is not durable; 0 while all is."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The connection, for questions."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection within one transaction: all of the block counts, or nothing of it."""

    def is_durable(self) -> bool:
        """Whether the disk has all that was written. Waits a moment for it, once while it lags."""

    def forget_deleted(self) -> None:
        """Let its file hold nothing that was deleted, once it `is_durable`. Does not wait."""

    def close(self) -> None:
        """Write what waits, and close."""


class SqliteDatabase:
    """SQLite in memory, which a file follows: whatever the disk does, nothing here waits or fails.

    A file that is of no use is put aside, and what it held is `forgotten`. Raises OSError when the
    place is wrong, or when another server has the file.
    """

    is_made = True

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Condition()
        self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._memory.execute("PRAGMA foreign_keys = ON")
        loaded = load(path, HOUSEHOLD.revisions, self._memory)
        self.forgotten = loaded.forgotten
        self._statements: list[Statement] = []
        self._connection = _connect(self._memory, self._note)
        is_migrated = migrate(self._connection)
        self._mirror = Mirror(
            self._memory, self._lock, path, loaded, is_whole=not is_migrated, monotonic=monotonic
        )
        self._mirror.start()
        self.is_durable()

    def close(self, timeout: float = 2.0) -> None:
        """Write what waits and close the file, within `timeout` seconds."""
        self._mirror.stop(timeout)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The connection, for questions."""
        with self._lock, self._connection.begin():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection within one transaction: all of the block counts, or nothing of it.

        It counts at once. On the disk it is a moment later: who needs that asks `is_durable`.
        """
        with self._lock:
            before = self._memory.total_changes
            self._statements = []
            with self._connection.begin():
                yield self._connection
            if self._memory.total_changes != before:
                self._mirror.hand_over(self._statements)

    def is_durable(self) -> bool:
        """Whether the disk has all that was written. Waits a moment for it, once while it lags."""
        return self._mirror.has_all()

    def forget_deleted(self) -> None:
        """Let the file hold nothing that was deleted, once it `is_durable`. Does not wait."""
        self._mirror.forget_deleted()

    @property
    def failure(self) -> str | None:
        """Why the disk does not have what was written, in one line; None while it has it."""
        return self._mirror.failure

    @property
    def lag_sec(self) -> float:
        """For how long the oldest change waits that the disk does not have; 0 while it has all."""
        return self._mirror.lag_sec

    def _note(self, sql: str, rows: Sequence[Any]) -> None:
        """Keep what a transaction executes, so that the file can repeat it."""
        self._statements.append((sql, rows))


CONNECTIONS = 8
"""Of one server, so that a question that takes long holds up few others."""
WRITERS_LOCK = 7_236_431
"""The advisory lock of whoever writes, in the database of all servers."""
SESSION = " ".join(
    f"-c {name}={milliseconds}"
    for name, milliseconds in (
        ("idle_in_transaction_session_timeout", 5_000),
        ("lock_timeout", 5_000),
        ("statement_timeout", 15_000),
        ("tcp_user_timeout", 5_000),
    )
)
"""A server that is cut off in the middle of a transaction holds up the others no longer."""
KEEPALIVES = {"keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 3}
"""Who waits for an answer sends nothing: without these a cut line would be noticed hours later."""
CONNECTING: dict[str, Any] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5_000,
    "options": SESSION,
    **KEEPALIVES,
}


class PostgresDatabase:
    """PostgreSQL: what it has committed is durable. Raises SQLAlchemyError where it is away.

    Several servers may have it. One of them writes at a time, as with SQLite: what a transaction
    has asked is still so when it writes. While it `hangs`, which others find out, it raises at once
    and ends what waits for it.
    """

    forgotten = False
    is_made = True
    lag_sec = 0.0

    def __init__(self, url: str) -> None:
        self.hangs = False
        self.heard_at = time.monotonic()
        """When it answered last, as others find out."""
        self._engine = _engine(url, HOUSEHOLD, lambda: self.hangs, **CONNECTING)
        fence(self._engine)
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writing = threading.Lock()  # who waits here takes none of the connections
        self._failure: str | None = None

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection, for questions: each sees what is committed when it is asked."""
        # The fence is of a transaction; without one a question is one round trip and not three.
        engine = self._single if household_seen() is None else self._engine
        with self._noting(), engine.begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection within one transaction: all of the block counts, or nothing of it."""
        with self._writing, self._noting(), self._engine.begin() as db:
            db.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK)))
            yield db

    def is_durable(self) -> bool:
        """Whether all that was written is: a commit says so."""
        return True

    def forget_deleted(self) -> None:
        """Nothing: when it frees its pages is for who runs it to say."""

    @property
    def failure(self) -> str | None:
        """Why the last transaction failed, in one line; None if it did not."""
        return self._failure

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            self._failure = _no_answer(error)
            raise
        self._failure = None


class FactoryPostgres:
    """The factory's tables in PostgreSQL, which the server and its workers write.

    Raises DatabaseUnavailable once it is opened. `hangs` as of the other one.
    """

    forgotten = False
    is_made = True
    lag_sec = 0.0

    def __init__(self, url: str) -> None:
        self.hangs = False
        self._engine = _engine(url, FACTORY, lambda: self.hangs)
        self._failure: str | None = None

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection, for questions."""
        with self.writing() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection within one transaction: all of the block counts, or nothing of it."""
        try:
            with self._engine.begin() as db:
                yield db
        except SQLAlchemyError as error:
            self._failure = _no_answer(error)
            raise DatabaseUnavailable(self._failure) from error
        self._failure = None

    def is_durable(self) -> bool:
        """Whether all that was written is: a commit says so."""
        return True

    def forget_deleted(self) -> None:
        """Nothing: when it frees its pages is for who runs it to say."""

    @property
    def failure(self) -> str | None:
        """Why the last transaction failed, in one line; None if it did not."""
        return self._failure


def open_database(url: str | None, data_dir: Path) -> Database:
    """The database of DATABASE_URL, or the SQLite file below `data_dir`.

    Raises OSError, SQLAlchemyError and UnusableDatabaseError.
    """
    path = household_file(url, data_dir)
    return PostgresDatabase(str(url)) if path is None else SqliteDatabase(path)


def open_factory_database(url: str | None, data_dir: Path) -> Database:
    """The database of the factory, which the server and its workers open: as `open_database`.

    It does not raise where the file cannot be opened now; each use tries again.
    """
    if url is not None and not url.startswith(FILE_URL):
        return FactoryPostgres(url)
    return SharedFile(data_dir / FACTORY_FILE)


def household_file(url: str | None, data_dir: Path) -> Path | None:
    """The SQLite file that DATABASE_URL means; None where it means PostgreSQL."""
    if url is None:
        return data_dir / HOUSEHOLD_FILE
    return Path(url.removeprefix(FILE_URL)) if url.startswith(FILE_URL) else None


def _engine(url: str, schema: Schema, hangs: Callable[[], bool], **connecting: Any) -> Engine:
    """Raises SQLAlchemyError, and UnusableDatabaseError where it is not as it should be."""
    try:
        engine = create_engine(url, pool_size=CONNECTIONS, max_overflow=0, connect_args=connecting)
    except ImportError as error:
        raise UnusableDatabaseError(f"{error}: run uv sync --extra postgres") from error
    # Its driver is there by now.
    from backend.storage.postgres_session import give_up_where, try_after_a_pause

    give_up_where(engine, hangs)
    try_after_a_pause(engine)
    with expect_utf8(engine).begin() as db:
        revision = revision_of(db, schema)
    if revision != (newest := schema.revisions[-1]):
        raise UnusableDatabaseError(
            f"its schema is {revision}, expected {newest}: run migrate-database"
        )
    return engine


def _no_answer(error: SQLAlchemyError) -> str:
    return f"the database does not answer: {type(error).__name__}"


def _connect(memory: sqlite3.Connection, note: Callable[[str, Sequence[Any]], None]) -> Connection:
    """SQLAlchemy's connection to `memory`, of which `note` hears each statement that writes."""
    engine = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "before_cursor_execute")
    def _execute(
        _connection: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not sql.startswith(("SELECT", "BEGIN", "PRAGMA")):
            note(sql, parameters if many else [parameters])

    return engine.connect()
