"""Events on their way to the server, on disk until the server has confirmed them.

STARTs and ENDs are sent first, in their order; then PROBS and HEARTBEATs, oldest first. So no
incident waits for the backlog of an outage; `seq` still gives the order in which things happened.
STARTs and ENDs are never dropped. Beyond a bound the oldest of the others are, and a HEARTBEAT with
the state "gap" says how many.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from agent.outbox.recovery import OutboxInUse, claim, open_store
from agent.outbox.store import INCIDENTS, MEMORY, EventStore, QueuedEvent, is_damage
from common.text import one_line
from contract.events import Event

logger = logging.getLogger(__name__)

DEFAULT_BOUND = 250_000
"""PROBS and HEARTBEATs: two days of them, some 90 MB."""

# An hour of PROBS and HEARTBEATs, while the disk refuses; 2 MB.
HELD_IN_MEMORY = 5_000
# How often a file that could not be opened is tried again; to open it may mean to read all of it.
REOPEN_SEC = 30.0


class Outbox:
    """A queue in SQLite. Thread-safe; an event is durable when `put` returns.

    While the disk refuses writes, events are held in memory and sent from there; they are written
    as soon as it accepts them, and `failure` says why. Only the constructor raises: OutboxInUse,
    and OSError for a folder that cannot be the right one.
    """

    def __init__(
        self, path: Path, bound: int = DEFAULT_BOUND, clock: Callable[[], float] = time.time
    ) -> None:
        self._path, self._bound, self._clock = path, bound, clock
        self._memory = EventStore(MEMORY, HELD_IN_MEMORY)
        self._disk: EventStore | None = None
        self._claim: BinaryIO | None = None
        self._refusal: str | None = None  # why the disk accepts no events now
        self._broken: Exception | None = None  # found in the file, which is then rebuilt
        self._damage: str | None = None  # what was done about that
        self._opened_at = 0.0  # or tried to
        self._news = False  # an incident that was not handed out yet
        self._is_to_empty = False
        self._changed = threading.Condition()
        try:
            self._open()
        except (NotADirectoryError, FileExistsError, PermissionError):
            raise  # a wrong DATA_DIR must be noticed before anybody relies on it
        except (OSError, sqlite3.Error) as error:
            self._note(error)

    @property
    def failure(self) -> str | None:
        """Why events are held in memory, or what happened to the file since the start, or None."""
        return self._refusal or self._damage

    @property
    def held(self) -> int:
        """How many events are only in memory."""
        with self._changed:
            return len(self._memory)

    @property
    def has_news(self) -> bool:
        """Whether there is an incident that `oldest` has not handed out yet."""
        return self._news

    def put(self, event: Event) -> None:
        """Add `event` as the newest."""
        with self._changed:
            if not self._write(event):
                self._memory.put(event)
            self._news |= event.event_type in INCIDENTS
            self._changed.notify_all()

    def oldest(self, limit: int) -> list[QueuedEvent]:
        """At most `limit` events in their order; they stay until `confirm`.

        They are incidents or others, never both, so that no incident shares a request with an event
        that the server refuses.
        """
        with self._changed:
            self._news = False
            return self._oldest(limit, incident=True) or self._oldest(limit, incident=False)

    def confirm(self, events: Sequence[QueuedEvent]) -> None:
        """Remove `events`: the server has them."""
        with self._changed:
            for store in self._stores():
                try:
                    store.forget([event for event in events if event.store is store])
                except sqlite3.Error as error:
                    self._note(error)
            self._changed.notify_all()

    def refuse(self, event: QueuedEvent, reason: str) -> None:
        """Put aside an event that the server will never accept, so that it blocks no other."""
        with self._changed:
            if event.store in self._stores():
                try:
                    event.store.refuse(event, reason)
                except sqlite3.Error as error:
                    self._note(error)
            self._changed.notify_all()

    def wait_filled(self, stopping: threading.Event) -> None:
        """Return as soon as there is an event, or `stopping` is set and `wake` called."""
        with self._changed:
            self._changed.wait_for(lambda: self._count() > 0 or stopping.is_set())

    def wait_news(self, timeout_sec: float, stopping: threading.Event) -> None:
        """The same for news (see `has_news`), or return after `timeout_sec`."""
        with self._changed:
            self._changed.wait_for(lambda: self._news or stopping.is_set(), timeout_sec)

    def gather(self, timeout_sec: float, stopping: threading.Event) -> None:
        """The same, unless somebody waits for the outbox to run empty."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._news or self._is_to_empty or stopping.is_set(), timeout_sec
            )

    def wake(self) -> None:
        """Let whoever waits look again whether it is stopping."""
        with self._changed:
            self._changed.notify_all()

    def wait_empty(self, timeout_sec: float) -> bool:
        """Whether the outbox ran empty within `timeout_sec`; from now on nothing gathers in it."""
        with self._changed:
            self._is_to_empty = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._count() == 0, timeout_sec)

    def __len__(self) -> int:
        with self._changed:
            return self._count()

    def close(self) -> None:
        """Write what the disk accepts, and close the file."""
        with self._changed:
            self._opened_at = 0.0  # a last try
            try:
                self._usable_disk()
            except (OSError, sqlite3.Error, OutboxInUse) as error:
                if held := len(self._memory):
                    logger.error("%d events could not be written: %s", held, error)
            for store in self._stores():
                store.close()
            if self._claim is not None:
                self._claim.close()

    def _count(self) -> int:
        return sum(len(store) for store in self._stores())

    def _stores(self) -> list[EventStore]:
        """Where events are, the older ones first."""
        return [self._memory] if self._disk is None else [self._disk, self._memory]

    def _oldest(self, limit: int, *, incident: bool) -> list[QueuedEvent]:
        events: list[QueuedEvent] = []
        for store in self._stores():
            try:
                events += store.oldest(limit - len(events), incident=incident)
            except sqlite3.Error as error:
                self._note(error)
                self._give_up_disk()
        return events

    def _write(self, event: Event) -> bool:
        """Whether `event` is on the disk."""
        try:
            disk = self._usable_disk()
            if disk is not None:
                disk.put(event)
        except (OSError, sqlite3.Error, OutboxInUse) as error:
            self._note(error)
            return False
        if disk is not None and self._refusal is not None:
            logger.info("the outbox is written again")
            self._refusal = None
        return disk is not None

    def _usable_disk(self) -> EventStore | None:
        """The file, with all that was held in memory; None until its next attempt is due."""
        if self._disk is None and abs(self._clock() - self._opened_at) >= REOPEN_SEC:
            self._open()
        if self._disk is not None and len(self._memory) > 0:
            self._disk.take_over(self._memory)
        return self._disk

    def _open(self) -> None:
        self._opened_at = self._clock()
        if self._claim is None:
            self._claim = claim(self._path)
        self._disk, damage = open_store(self._path, self._bound, self._opened_at, self._broken)
        self._broken, self._damage = None, damage or self._damage

    def _note(self, error: Exception) -> None:
        """Remember, and log once, why the disk is not used; a broken file is rebuilt later."""
        refusal = f"cannot be written: {_reason(error)}"
        if refusal != self._refusal:
            logger.error("the outbox %s; new events are held in memory until it can", refusal)
        self._refusal = refusal
        if is_damage(error):
            self._broken = error
            self._give_up_disk()

    def _give_up_disk(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None


def _reason(error: Exception) -> str:
    """In a few words that fit into a heartbeat; SQLite may quote the content of a broken file."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return one_line(text, 80)
