"""Events in SQLite, in two queues: on disk, or in memory while the disk refuses writes.

The queue of incidents holds STARTs and ENDs, and none is ever dropped. The other one holds PROBS
and HEARTBEATs and is bounded: beyond the bound the oldest are dropped, in the same transaction in
which the gap that replaces them grows. What was handed out may have been sent, so it is neither
dropped nor changed; after a start that holds for the first `BATCH` events.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from agent.outbox.gap import gap_over, widened
from contract.events import EVENT, Event, EventType, Gap

BATCH = 100
"""Events that are handed out at once, 30 kB: a START waits for no more than these."""

MEMORY = ":memory:"

INCIDENTS = (EventType.START, EventType.END)

# A bound that was lowered is reached step by step: no `put` drops more.
_MAX_DROPPED = 1000
_REFUSED_KEPT = 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    incident INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS queues ON events (incident, number);
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
class QueuedEvent:
    """An event as it will be sent: `body` is its JSON, `number` its place in `store`."""

    number: int
    body: str
    incident: bool
    store: "EventStore"


@dataclass
class _Queue:
    """How many events wait, and up to which number all were sent."""

    incident: bool
    waiting: int
    sent: int = 0


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
            self._incidents = _Queue(incident=True, waiting=self._count(incident=True))
            self._others = _Queue(incident=False, waiting=self._count(incident=False))
            first = self._rows(self._others, BATCH)
        except BaseException:
            self._db.close()
            raise
        self._handed_out = first[-1][0] if first else 0
        self._gap: _NumberedGap | None = None  # the one that may still be changed

    def __len__(self) -> int:
        return self._incidents.waiting + self._others.waiting

    def put(self, event: Event) -> None:
        """Add `event` as the newest; make room where it needs some."""
        incident = event.event_type in INCIDENTS
        gap, dropped = self._gap, 0
        with self._writing():
            self._insert(event.model_dump_json(exclude_unset=True), incident)
            if not incident:
                gap, dropped = self._make_room(self._others.waiting + 1 - self._bound)
        self._gap = gap
        self._queue(incident).waiting += 1
        self._others.waiting -= dropped

    def oldest(self, limit: int, *, incident: bool) -> list[QueuedEvent]:
        """At most `limit` events of the queue, oldest first."""
        rows = self._rows(self._queue(incident), limit)
        if rows and not incident:
            self._hand_out(rows[-1][0])
        return [QueuedEvent(number, body, incident, self) for number, body in rows]

    def forget(self, events: Sequence[QueuedEvent]) -> None:
        """Remove events that were sent. If the disk refuses that, they still do not come again."""
        self._mark_sent(events)
        with self._writing():
            self._delete_sent()

    def refuse(self, event: QueuedEvent, reason: str) -> None:
        """Put `event` aside; of PROBS and HEARTBEATs only the newest are kept."""
        self._mark_sent([event])
        with self._writing():
            put_aside = "INSERT INTO refused (body, reason) VALUES (?, ?)"
            self._db.execute(put_aside, (event.body, reason))
            self._db.execute(_FORGET_REFUSED, (_REFUSED_KEPT,))
            self._delete_sent()

    def add(self, bodies: Iterable[tuple[str, bool]]) -> int:
        """Add events of another store, each with whether it is an incident; returns how many."""
        added: Counter[bool] = Counter()
        with self._writing():
            for body, incident in bodies:
                self._insert(body, incident)
                added[incident] += 1
        for incident, count in added.items():
            self._queue(incident).waiting += count
        return added.total()

    def take_over(self, other: "EventStore") -> None:
        """Add all that waits in `other`, and remove it there."""
        events = other.waiting()
        self.add((event.body, event.incident) for event in events)
        other.forget(events)

    def waiting(self) -> list[QueuedEvent]:
        """All that waits, in the order in which it was put."""
        rows = self._db.execute("SELECT number, body, incident FROM events ORDER BY number")
        events = [
            QueuedEvent(number, body, bool(incident), self) for number, body, incident in rows
        ]
        return [event for event in events if event.number > self._queue(event.incident).sent]

    def close(self) -> None:
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

    def _queue(self, incident: bool) -> _Queue:
        return self._incidents if incident else self._others

    def _count(self, *, incident: bool) -> int:
        query = "SELECT COUNT(*) FROM events WHERE incident = ?"
        count: int = self._db.execute(query, (incident,)).fetchone()[0]
        return count

    def _rows(self, queue: _Queue, limit: int, after: int | None = None) -> list[tuple[int, str]]:
        """At most `limit` rows of `queue`, after the number `after` or else those not sent."""
        return self._db.execute(
            "SELECT number, body FROM events WHERE incident = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (queue.incident, queue.sent if after is None else after, limit),
        ).fetchall()

    def _insert(self, body: str, incident: bool) -> None:
        command = "INSERT INTO events (body, incident) VALUES (?, ?)"
        self._db.execute(command, (body, incident))

    def _hand_out(self, number: int) -> None:
        self._handed_out = max(self._handed_out, number)
        if self._gap is not None and self._gap.number <= self._handed_out:
            self._gap = None

    def _make_room(self, excess: int) -> tuple[_NumberedGap | None, int]:
        """Drop `excess` rows, or as many as it may; returns the gap after that, and how many."""
        if excess <= 0:
            return self._gap, 0
        excess = min(excess, _MAX_DROPPED)
        if self._gap is None:  # it takes the place of the first one that is dropped
            rows = self._rows(self._others, excess + 1, self._handed_out)
            gap = _NumberedGap(rows[0][0], gap_over(_events(rows)))
            rows = rows[1:]
        else:
            rows = self._rows(self._others, excess, self._gap.number)
            gap = _NumberedGap(self._gap.number, widened(self._gap.event, _events(rows)))
        self._db.executemany("DELETE FROM events WHERE number = ?", [row[:1] for row in rows])
        body = gap.event.model_dump_json(exclude_none=True)
        self._db.execute("UPDATE events SET body = ? WHERE number = ?", (body, gap.number))
        return gap, len(rows)

    def _mark_sent(self, events: Sequence[QueuedEvent]) -> None:
        for queue in (self._incidents, self._others):
            mine = (event.number for event in events if event.incident == queue.incident)
            numbers = {number for number in mine if number > queue.sent}
            queue.waiting -= len(numbers)
            queue.sent = max(numbers, default=queue.sent)

    def _delete_sent(self) -> None:
        command = "DELETE FROM events WHERE incident = ? AND number <= ?"
        queues = (self._incidents, self._others)
        self._db.executemany(command, [(queue.incident, queue.sent) for queue in queues])


def is_damage(error: Exception) -> bool:
    """Whether the database is broken, and not just the disk full or away."""
    return type(error) is sqlite3.DatabaseError


def _events(rows: list[tuple[int, str]]) -> list[Event]:
    try:
        return [EVENT.validate_json(body) for _, body in rows]
    except ValidationError as error:
        raise sqlite3.DatabaseError("an event in it cannot be read any more") from error
