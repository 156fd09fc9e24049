"""The tables in which the alerts are kept: in memory, which a file follows.

alerts       one row an incident of a person, and one each for begin and end of a trouble
deliveries   one row an alert and channel; its `camera_id` and `urgent` are the alert's
memos        one row a memo that a channel took: it may have carried several alerts
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backend.alerts.ledger.ledger_file import Statement, load
from backend.alerts.ledger.mirror import Mirror

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
    """What all threads read and write, whatever the disk does: one connection to the memory.

    A file follows, and is read at the start. One that is of no use is put aside, and what it held
    is `forgotten`. Raises OSError when the place is wrong, or when another server has the file.
    """

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Condition()
        self._memory = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, factory=_Noting
        )
        self._memory.execute("PRAGMA foreign_keys = ON")
        loaded = load(path, VERSION, self._memory)
        self.forgotten = loaded.forgotten
        self._mirror = Mirror(self._memory, self._lock, path, VERSION, loaded, monotonic)
        self._make_tables()
        self._mirror.start()
        self.is_durable()

    def close(self, timeout: float = 2.0) -> None:
        """Write what waits and close the file, within `timeout` seconds."""
        self._mirror.stop(timeout)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for questions."""
        with self._lock:
            yield self._memory

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection within one transaction: all of the block counts, or nothing of it.

        It counts at once. On the disk it is a moment later: who needs that asks `is_durable`.
        """
        with self._lock:
            before = self._memory.total_changes
            with self._memory as db:  # commits, or rolls back on any failure
                db.notes = []
                db.execute("BEGIN IMMEDIATE")
                yield db
            if self._memory.total_changes != before:
                self._mirror.hand_over(db.notes)

    def is_durable(self) -> bool:
        """Whether the disk has all that was written. Waits a moment for it, once while it lags."""
        return self._mirror.has_all()

    @property
    def failure(self) -> str | None:
        """Why the disk does not have what was written, in one line; None while it has it."""
        return self._mirror.failure

    def _make_tables(self) -> None:
        if self._memory.execute("SELECT 1 FROM sqlite_master").fetchone():
            return
        made = (*_TABLES, f"PRAGMA user_version = {VERSION}")
        for statement in made:
            self._memory.execute(statement)
        with self._lock:
            self._mirror.hand_over([(statement, [()]) for statement in made])


class _Noting(sqlite3.Connection):
    """Takes note of what a transaction executes, so that the file can repeat it."""

    notes: list[Statement]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if self.in_transaction:
            self.notes.append((sql, [parameters]))
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        rows = list(parameters)
        self.notes.append((sql, rows))
        return super().executemany(sql, rows)
