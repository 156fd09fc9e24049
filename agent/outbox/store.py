"""Events in SQLite, in two lanes: on disk, or in memory while the disk refuses.

The lane of the incidents holds START and END, and none is ever dropped. The other lane holds PROBS
and HEARTBEATs and is bounded: beyond it the oldest are dropped, in the same transaction in which
the gap that stands in their place is made wider. What was handed out may have been sent, so it is
neither dropped nor changed; at the start that is true of the first `BATCH` events.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from agent.outbox.gap import gap_over, widened
from contract.events import EVENT, Event, EventType, Gap

BATCH = 100
"""So many events are handed out at once, 30 kB: a START waits for no more than these."""

MEMORY = ":memory:"

INCIDENTS = (EventType.START, EventType.END)

# A bound that was lowered is reached step by step: no `put` drops more than this.
_MAX_DROPPED = 1000
_REFUSED_KEPT = 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    incident INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS lanes ON events (incident, number);
CREATE TABLE IF NOT EXISTS refused (
    number INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
"""
_FORGET_REFUSED = """
DELETE FROM refused
WHERE number <= (SELECT max(number) FROM refused) - ?
AND body ->> 'event_type' NOT IN ('START', 'END')
"""


@dataclass(frozen=True)
class Letter:
    """An event as it will travel: `body` is its JSON, `number` its place in `store`."""

    number: int
    body: str
    incident: bool
    store: "EventStore"


@dataclass(frozen=True)
class _NumberedGap:
    number: int
    event: Gap


class EventStore:
    """Not thread-safe. What is written is durable on return; all raise sqlite3.Error."""

    def __init__(self, path: Path | str, bound: int) -> None:
        self._bound = bound
        # isolation_level=None: transactions begin where it says BEGIN.
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
        try:
            self._prepare()
            # By lane, the incidents' last: how many wait, and up to which number all were sent.
            self._waiting = [self._count(False), self._count(True)]
            self._sent = [0, 0]
            first = self._rows(False, BATCH)
        except BaseException:
            self._db.close()
            raise
        self._handed_out = first[-1][0] if first else 0
        self._gap: _NumberedGap | None = None  # the one that may still be changed

    def __len__(self) -> int:
        return sum(self._waiting)

    def put(self, event: Event) -> None:
        """Add `event` as the newest; make room where it needs some."""
        incident = event.event_type in INCIDENTS
        gap, dropped = self._gap, 0
        with self._writing():
            self._insert(event.model_dump_json(exclude_unset=True), incident)
            if not incident:
                gap, dropped = self._make_room(self._waiting[False] + 1 - self._bound)
        self._gap = gap
        self._waiting[incident] += 1
        self._waiting[False] -= dropped

    def oldest(self, limit: int, *, incident: bool) -> list[Letter]:
        """At most `limit` events of the lane, oldest first."""
        rows = self._rows(incident, limit)
        if rows and not incident:
            self._hand_out(rows[-1][0])
        return [Letter(number, body, incident, self) for number, body in rows]

    def forget(self, letters: Sequence[Letter]) -> None:
        """They were sent. Even when the disk refuses to delete them, they do not come again."""
        self._pass(letters)
        with self._writing():
            self._delete_sent()

    def refuse(self, letter: Letter, reason: str) -> None:
        """Put `letter` aside; of PROBS and HEARTBEATs the newest alone are kept."""
        self._pass([letter])
        with self._writing():
            put_aside = "INSERT INTO refused (body, reason) VALUES (?, ?)"
            self._db.execute(put_aside, (letter.body, reason))
            self._db.execute(_FORGET_REFUSED, (_REFUSED_KEPT,))
            self._delete_sent()

    def add(self, bodies: Iterable[tuple[str, bool]]) -> int:
        """Add events of another store, each with whether it is an incident; how many it were."""
        added = [0, 0]
        with self._writing():
            for body, incident in bodies:
                self._insert(body, incident)
                added[incident] += 1
        for lane, count in enumerate(added):
            self._waiting[lane] += count
        return sum(added)

    def take_over(self, other: "EventStore") -> None:
        """Add all that waits in `other`, which is empty then."""
        letters = other.waiting()
        self.add((letter.body, letter.incident) for letter in letters)
        other.forget(letters)

    def waiting(self) -> list[Letter]:
        """All that waits, in the order in which it was put."""
        rows = self._db.execute("SELECT number, body, incident FROM events ORDER BY number")
        letters = [Letter(number, body, bool(incident), self) for number, body, incident in rows]
        return [letter for letter in letters if letter.number > self._sent[letter.incident]]

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        ((found,),) = self._db.execute("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise sqlite3.DatabaseError(" ".join(found.split()))
        self._db.executescript(_SCHEMA)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._db:  # commits, or rolls back
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def _count(self, incident: bool) -> int:
        query = "SELECT COUNT(*) FROM events WHERE incident = ?"
        count: int = self._db.execute(query, (incident,)).fetchone()[0]
        return count

    def _rows(self, incident: bool, limit: int, after: int | None = None) -> list[tuple[int, str]]:
        """At most `limit` rows of the lane that come after the number `after`, or were not sent."""
        return self._db.execute(
            "SELECT number, body FROM events WHERE incident = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (incident, self._sent[incident] if after is None else after, limit),
        ).fetchall()

    def _insert(self, body: str, incident: bool) -> None:
        command = "INSERT INTO events (body, incident) VALUES (?, ?)"
        self._db.execute(command, (body, incident))

    def _hand_out(self, number: int) -> None:
        self._handed_out = max(self._handed_out, number)
        if self._gap is not None and self._gap.number <= self._handed_out:
            self._gap = None

    def _make_room(self, excess: int) -> tuple[_NumberedGap | None, int]:
        """Drop `excess` rows, or as many as it may; the gap after that, and how many."""
        if excess <= 0:
            return self._gap, 0
        excess = min(excess, _MAX_DROPPED)
        if self._gap is None:  # the first that is dropped gives its place to the gap
            rows = self._rows(False, excess + 1, self._handed_out)
            gap = _NumberedGap(rows[0][0], gap_over(_events(rows)))
            rows = rows[1:]
        else:
            rows = self._rows(False, excess, self._gap.number)
            gap = _NumberedGap(self._gap.number, widened(self._gap.event, _events(rows)))
        self._db.executemany("DELETE FROM events WHERE number = ?", [row[:1] for row in rows])
        body = gap.event.model_dump_json(exclude_none=True)
        self._db.execute("UPDATE events SET body = ? WHERE number = ?", (body, gap.number))
        return gap, len(rows)

    def _pass(self, letters: Sequence[Letter]) -> None:
        for lane, sent in enumerate(self._sent):
            numbers = {m.number for m in letters if m.incident == bool(lane) and m.number > sent}
            self._waiting[lane] -= len(numbers)
            self._sent[lane] = max(numbers, default=sent)

    def _delete_sent(self) -> None:
        command = "DELETE FROM events WHERE incident = ? AND number <= ?"
        self._db.executemany(command, list(enumerate(self._sent)))


def is_damage(error: Exception) -> bool:
    """Whether the database is broken, and not just the disk full or away."""
    return type(error) is sqlite3.DatabaseError


def _events(rows: list[tuple[int, str]]) -> list[Event]:
    try:
        return [EVENT.validate_json(body) for _, body in rows]
    except ValidationError as error:
        raise sqlite3.DatabaseError("an event in it cannot be read any more") from error
