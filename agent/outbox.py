"""Events on their way to the server, on disk until the server has confirmed them."""

import itertools
import logging
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from contract.events import Event, EventType

logger = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS refused (
    number INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class Letter:
    """An event as it will travel: `body` is its JSON."""

    number: int
    body: str


class Outbox:
    """A queue in SQLite. Thread-safe; `put` is durable when it returns.

    While the disk refuses, a START or END is held in memory instead, and scores and heartbeats,
    of which there will be more, are let go. The other methods raise sqlite3.Error.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # isolation_level=None: each statement is its own transaction, durable on its own.
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _SCHEMA)
        self._numbers = itertools.count()
        self._held: list[Letter] = []  # of negative number, which no row has
        self._changed = threading.Condition()

    def put(self, event: Event) -> None:
        """Add `event` as the newest."""
        body = event.model_dump_json(exclude_unset=True)
        with self._changed:
            try:
                self._db.execute("INSERT INTO events (body) VALUES (?)", (body,))
            except sqlite3.OperationalError as error:
                self._hold(event, body, error)
            self._changed.notify_all()

    def oldest(self, limit: int) -> list[Letter]:
        """At most `limit` events, oldest first; they stay until `confirm` is told of them."""
        with self._changed:
            rows = self._db.execute(
                "SELECT number, body FROM events ORDER BY number LIMIT ?", (limit,)
            ).fetchall()
            return [*(Letter(*row) for row in rows), *self._held][:limit]

    def confirm(self, letters: list[Letter]) -> None:
        """Forget `letters`: the server has them."""
        with self._changed, self._db:  # the connection commits, or rolls back
            self._held = [letter for letter in self._held if letter not in letters]
            self._db.execute("BEGIN")
            numbers = [(letter.number,) for letter in letters]
            self._db.executemany("DELETE FROM events WHERE number = ?", numbers)
            self._changed.notify_all()

    def refuse(self, letter: Letter, reason: str) -> None:
        """Put aside an event that the server will never take, so that it blocks no other."""
        with self._changed, self._db:
            self._held = [held for held in self._held if held != letter]
            self._db.execute("BEGIN")
            self._db.execute(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?)",
                (letter.number, letter.body, reason),
            )
            self._db.execute("DELETE FROM events WHERE number = ?", (letter.number,))
            self._changed.notify_all()

    def wait_filled(self, timeout_sec: float) -> None:
        """Return as soon as there is an event, or after `timeout_sec`."""
        with self._changed:
            self._changed.wait_for(lambda: self._count() > 0, timeout_sec)

    def wait_empty(self, timeout_sec: float) -> bool:
        """Whether the outbox ran empty within `timeout_sec`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count() == 0, timeout_sec)

    def __len__(self) -> int:
        with self._changed:
            return self._count()

    def close(self) -> None:
        """Close the database."""
        with self._changed:
            self._db.close()

    def _count(self) -> int:
        count: int = self._db.execute("SELECT COUNT(*) FROM events").fetchone()[0]
        return count + len(self._held)

    def _hold(self, event: Event, body: str, error: sqlite3.OperationalError) -> None:
        kept = event.event_type in (EventType.START, EventType.END)
        if kept:
            self._held.append(Letter(-1 - next(self._numbers), body))
        logger.error(
            "the outbox cannot be written (%s): %s %s",
            error,
            event.event_type,
            "is held in memory" if kept else "is let go",
        )
