"""The file in which the alerts are kept: its tables, and how it is written.

alerts       one row an incident of a person, and one each for begin and end of a trouble
deliveries   one row an alert and channel; its `camera_id` and `urgent` are the alert's
memos        one row a memo that a channel took: it may have carried several alerts
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

logger = logging.getLogger(__name__)

VERSION = 4
"""Of the tables, as `PRAGMA user_version` has it."""

_TABLES = (
    """CREATE TABLE alerts (
        key TEXT PRIMARY KEY,
        event_id TEXT NOT NULL,
        label TEXT NOT NULL,
        camera_id TEXT NOT NULL,
        ended_at REAL NOT NULL,
        incident_id TEXT,
        received_at REAL,
        duration_sec REAL,
        incident_state TEXT,
        ended INTEGER NOT NULL,
        detail TEXT,
        verdict TEXT,
        posture TEXT,
        posture_confidence REAL,
        start_key TEXT,
        end_key TEXT,
        urgent INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        created_at REAL NOT NULL,
        due_at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX alerts_by_incident ON alerts (camera_id, label, incident_id)",
    "CREATE INDEX alerts_by_start ON alerts (start_key)",
    "CREATE INDEX alerts_by_end ON alerts (end_key)",
    """CREATE TABLE deliveries (
        key TEXT NOT NULL REFERENCES alerts (key) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        camera_id TEXT NOT NULL,
        urgent INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        ambiguous INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        queued_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        next_attempt_at REAL NOT NULL,
        PRIMARY KEY (key, channel)
    ) STRICT""",
    "CREATE INDEX deliveries_by_turn ON deliveries (channel, urgent, state, next_attempt_at)",
    """CREATE TABLE memos (
        channel TEXT NOT NULL,
        urgent INTEGER NOT NULL,
        camera_id TEXT NOT NULL,
        sent_at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX memos_by_camera ON memos (channel, urgent, camera_id, sent_at)",
)


class Database:
    """One connection for all threads. What is written as durable is so when the block is left.

    A file that is damaged or of another version is put aside, where it is kept, and an empty one
    begun: `put_aside` is its path then. Raises sqlite3.Error when the disk refuses, or when another
    server has the file.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db, self.put_aside = _open(path)
        try:
            self._create()
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for questions."""
        with self._lock:
            yield self._db

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """The connection within one transaction: all of the block counts, or nothing of it.

        What need not be `durable` is in the file at the next write that is: a power cut may take it
        until then, and the event log has it.
        """
        with self._lock, self._db as db:  # commits, or rolls back on any failure
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            db.execute("BEGIN IMMEDIATE")
            yield db

    def _create(self) -> None:
        """The tables, unless they are there."""
        with self.writing() as db:
            if _version(db) == VERSION:
                return
            for statement in _TABLES:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")


def _open(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """A connection to a sound file, and where the damaged one is kept if it was one."""
    try:
        return _connect(path), None
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # the disk, and not the file
            raise
        kept = _put_aside(path)
        logger.error("the ledger cannot be used (%s): it is kept as %s", error, kept)
    return _connect(path), kept


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        # Without memory that is shared with others, which is a file: a full disk has no room for
        # one, and the server is to start on that too.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        ((found,),) = db.execute("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise sqlite3.DatabaseError(" ".join(found.split()))
        if (version := _version(db)) not in (None, VERSION):
            raise sqlite3.DatabaseError(f"its version is {version}, and not {VERSION}")
    except sqlite3.Error as error:
        db.close()
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise sqlite3.OperationalError(f"another server writes here: {path}") from None
        raise
    return db


def _version(db: sqlite3.Connection) -> int | None:
    """Of the tables; None where there are none."""
    version: int
    ((version,),) = db.execute("PRAGMA user_version").fetchall()
    ((tables,),) = db.execute("SELECT count(*) FROM sqlite_master").fetchall()
    return version if tables else None


def _put_aside(path: Path) -> Path:
    """Rename the file and what SQLite writes beside it; the new path."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    for end in ("-wal", "-shm", ""):  # the database last: until then it is found damaged again
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(kept.with_name(kept.name + end))
    return kept
