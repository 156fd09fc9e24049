"""Every alert and what became of it, in SQLite: it survives a kill at any moment.

    open -> pending <-> sending -> sent | dead
      +--- no END in time ---^           muted

`open` is an incident that has begun: should the camera box die before its END, it is told all
the same.

`sending` is written before the memo leaves. Found at the start, it is the ambiguous moment: the
memo may have been sent, so that it is tried once more at most.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path

from backend.alerts.channel import Alert

KILLED_WHILE_SENDING = "the server stopped while the memo was on its way"
UNANSWERED_TWICE = "sent twice without an answer; it may or may not have arrived"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
    key TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    label TEXT NOT NULL,
    camera_id TEXT NOT NULL,
    ended_at REAL NOT NULL,
    duration_sec REAL,
    incident_state TEXT,
    ended INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    ambiguous INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    next_attempt_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS alerts_by_state ON alerts (state, created_at);
"""
_ALERT_COLUMNS = "key, event_id, label, camera_id, ended_at, duration_sec, incident_state, ended"

_INSERT = (
    f"INSERT INTO alerts ({_ALERT_COLUMNS}, state, reason, created_at, updated_at,"  # noqa: S608
    " next_attempt_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    MUTED = "muted"


@dataclass(frozen=True)
class Attempt:
    """An alert that is to be sent now; `number` counts from 1.

    `resend` says that an earlier attempt got no answer and may have been sent.
    """

    alert: Alert
    number: int
    resend: bool


@dataclass(frozen=True)
class DeadLetter:
    """An alert that was given up at `at` (seconds since 1970, UTC)."""

    alert: Alert
    reason: str
    attempts: int
    at: float


@dataclass(frozen=True)
class Waiting:
    """An alert that is not sent yet: recorded when, and what it waits for."""

    created_at: float
    reason: str | None


class Ledger:
    """Thread-safe; every method but the reading ones is durable when it returns.

    All of them raise sqlite3.Error when the disk refuses. Times are seconds since 1970 (UTC).
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def recover(self, now: float) -> None:
        """Call before the first attempt: settles what a kill left behind and makes all due."""
        with self._writing() as db:
            keys = db.execute("SELECT key FROM alerts WHERE state = 'sending'").fetchall()
            for (key,) in keys:
                self._settle_ambiguous(db, key, now, now, KILLED_WHILE_SENDING)
            db.execute("UPDATE alerts SET next_attempt_at = ? WHERE state = 'pending'", (now,))

    def open(self, alert: Alert, now: float, until: float) -> bool:
        """Record an incident that has begun and is due at `until`, unless its END is added first.

        False when its key is known already.
        """
        with self._writing() as db:
            opened = db.execute(
                _INSERT + " ON CONFLICT (key) DO NOTHING",
                (*astuple(alert), AlertState.OPEN, None, now, now, until),
            )
            return opened.rowcount == 1

    def add(self, alert: Alert, now: float, reason: str | None = None) -> bool:
        """Record an alert that is due now; False when its key is known as more than open."""
        with self._writing() as db:
            db.execute("DELETE FROM alerts WHERE key = ? AND state = 'open'", (alert.key,))
            added = db.execute(
                _INSERT + " ON CONFLICT (key) DO NOTHING",
                (*astuple(alert), AlertState.PENDING, reason, now, now, now),
            )
            return added.rowcount == 1

    def mute(self, alert: Alert, now: float, reason: str) -> bool:
        """Record an alert that is not to be told; False when its key is known already."""
        with self._writing() as db:
            muted = db.execute(
                _INSERT + " ON CONFLICT (key) DO NOTHING",
                (*astuple(alert), AlertState.MUTED, reason, now, now, now),
            )
            return muted.rowcount == 1

    def take_due(self, now: float) -> Attempt | None:
        """The oldest alert that is due, marked as being sent; None when there is none."""
        with self._writing() as db:
            row = db.execute(
                "UPDATE alerts SET state = 'sending', attempts = attempts + 1, updated_at = ?"  # noqa: S608
                " WHERE key = (SELECT key FROM alerts WHERE state IN ('pending', 'open')"
                " AND next_attempt_at <= ? ORDER BY created_at, rowid LIMIT 1)"
                f" RETURNING {_ALERT_COLUMNS}, attempts, ambiguous",
                (now, now),
            ).fetchone()
        if row is None:
            return None
        *alert, number, ambiguous = row
        return Attempt(Alert(*alert), number, resend=bool(ambiguous))

    def next_due_at(self) -> float | None:
        """When the next alert is to be tried; None when none waits."""
        query = "SELECT min(next_attempt_at) FROM alerts WHERE state IN ('pending', 'open')"
        with self._reading() as db:
            at: float | None = db.execute(query).fetchone()[0]
            return at

    def mark_sent(self, key: str, now: float) -> None:
        """The channel took it."""
        with self._writing() as db:
            self._move(db, key, AlertState.SENT, now, now, None)

    def postpone(self, key: str, now: float, until: float, reason: str) -> None:
        """It was not sent; try again at `until`."""
        with self._writing() as db:
            self._move(db, key, AlertState.PENDING, now, until, reason)

    def mark_ambiguous(self, key: str, now: float, until: float, reason: str) -> None:
        """It may have been sent: try once more at `until`, or give up if that was that."""
        with self._writing() as db:
            self._settle_ambiguous(db, key, now, until, reason)

    def bury(self, key: str, now: float, reason: str) -> None:
        """It will never be sent."""
        with self._writing() as db:
            self._move(db, key, AlertState.DEAD, now, now, reason)

    def counts(self) -> dict[str, int]:
        """How many alerts are in each state, by its name."""
        with self._reading() as db:
            rows = db.execute("SELECT state, count(*) FROM alerts GROUP BY state").fetchall()
        return {state.value: 0 for state in AlertState} | dict(rows)

    def oldest_unsent(self) -> Waiting | None:
        """The alert that has been waiting longest."""
        with self._reading() as db:
            row = db.execute(
                "SELECT created_at, reason FROM alerts WHERE state IN ('pending', 'sending')"
                " ORDER BY created_at, rowid LIMIT 1"
            ).fetchone()
        return Waiting(*row) if row else None

    def dead_letters(self, since: float, limit: int = 20) -> list[DeadLetter]:
        """The alerts that were given up after `since`, newest first."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT {_ALERT_COLUMNS}, reason, attempts, updated_at FROM alerts"  # noqa: S608
                " WHERE state = 'dead' AND updated_at >= ? ORDER BY updated_at DESC LIMIT ?",
                (since, limit),
            ).fetchall()
        return [DeadLetter(Alert(*row[:8]), *row[8:]) for row in rows]

    def _settle_ambiguous(
        self, db: sqlite3.Connection, key: str, now: float, until: float, reason: str
    ) -> None:
        (earlier,) = db.execute("SELECT ambiguous FROM alerts WHERE key = ?", (key,)).fetchone()
        db.execute("UPDATE alerts SET ambiguous = ambiguous + 1 WHERE key = ?", (key,))
        if earlier:
            self._move(db, key, AlertState.DEAD, now, now, f"{UNANSWERED_TWICE} ({reason})")
        else:
            self._move(db, key, AlertState.PENDING, now, until, reason)

    @staticmethod
    def _move(
        db: sqlite3.Connection,
        key: str,
        state: AlertState,
        now: float,
        until: float,
        reason: str | None,
    ) -> None:
        db.execute(
            "UPDATE alerts SET state = ?, updated_at = ?, next_attempt_at = ?, reason = ?"
            " WHERE key = ?",
            (state, now, until, reason, key),
        )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db as db:  # commits, or rolls back on any failure
            db.execute("BEGIN IMMEDIATE")
            yield db
