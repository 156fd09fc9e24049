"""The file in which the alerts are kept: its tables, its versions, and how it is written.

alerts       one row an incident, decided once:  open -> told, or muted
deliveries   one row a told incident and channel: pending <-> sending -> sent | dead
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = 3
"""Of the tables, as `PRAGMA user_version` has it; 1 had no deliveries and left it at 0, 2 had no
verdicts."""

_TABLES = (
    """CREATE TABLE alerts (
        key TEXT PRIMARY KEY,
        event_id TEXT NOT NULL,
        label TEXT NOT NULL,
        camera_id TEXT NOT NULL,
        ended_at REAL NOT NULL,
        duration_sec REAL,
        incident_state TEXT,
        ended INTEGER NOT NULL,
        detail TEXT,
        state TEXT NOT NULL,
        reason TEXT,
        created_at REAL NOT NULL,
        due_at REAL NOT NULL,
        verdict TEXT,
        posture TEXT,
        posture_confidence REAL
    ) STRICT""",
    """CREATE TABLE deliveries (
        key TEXT NOT NULL REFERENCES alerts (key) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        ambiguous INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        queued_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        next_attempt_at REAL NOT NULL,
        PRIMARY KEY (key, channel)
    ) STRICT""",
    "CREATE INDEX deliveries_by_state ON deliveries (channel, state, queued_at)",
)

# Of the first version, in which an alert was its one delivery, to Kakao.
_FROM_VERSION_1 = (
    "DROP INDEX alerts_by_state",
    "ALTER TABLE alerts RENAME TO first_alerts",
    *_TABLES,
    """INSERT INTO alerts
        SELECT key, event_id, label, camera_id, ended_at, duration_sec, incident_state, ended, NULL,
            CASE WHEN state IN ('open', 'muted') THEN state ELSE 'told' END,
            CASE WHEN state = 'muted' THEN reason END, created_at,
            CASE WHEN state = 'open' THEN next_attempt_at ELSE created_at END, NULL, NULL, NULL
        FROM first_alerts ORDER BY rowid""",
    """INSERT INTO deliveries
        SELECT key, 'kakao', CASE WHEN state = 'open' THEN 'pending' ELSE state END, attempts,
            ambiguous, reason, created_at, updated_at, next_attempt_at
        FROM first_alerts WHERE state != 'muted' ORDER BY rowid""",
    "DROP TABLE first_alerts",
)

_FROM_VERSION_2 = (
    "ALTER TABLE alerts ADD COLUMN verdict TEXT",
    "ALTER TABLE alerts ADD COLUMN posture TEXT",
    "ALTER TABLE alerts ADD COLUMN posture_confidence REAL",
)


class Database:
    """One connection for all threads. What is written is durable when the block is left.

    Raises sqlite3.Error when the disk refuses, or when a newer version wrote the file.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._migrate(path)

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
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection within one transaction: all of the block counts, or nothing of it."""
        with self._lock, self._db as db:  # commits, or rolls back on any failure
            db.execute("BEGIN IMMEDIATE")
            yield db

    def _migrate(self, path: Path) -> None:
        with self.writing() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise sqlite3.DatabaseError(f"{path} was written by a newer version of Dolbom")
            if version == VERSION:
                return
            for statement in _statements(db, version):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")


def _statements(db: sqlite3.Connection, version: int) -> tuple[str, ...]:
    """What makes the tables from nothing, or from those of an earlier version."""
    if version == 2:
        return _FROM_VERSION_2
    old = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'alerts'").fetchone()
    return _FROM_VERSION_1 if old else _TABLES
