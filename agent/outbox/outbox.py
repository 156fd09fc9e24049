"""Events on their way to the server, on disk until the server has confirmed them.

The order in which they travel: STARTs and ENDs first, in the order in which they were put; then
PROBS and HEARTBEATs, oldest first. So no incident waits for the backlog of an outage; the `seq` of
an event still tells in which order things happened. STARTs and ENDs are never dropped. Of the
others the oldest are, beyond a bound, and a HEARTBEAT whose state is "gap" says how many.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from agent.outbox.recovery import OutboxInUse, claim, open_store
from agent.outbox.store import INCIDENTS, MEMORY, EventStore, Letter, is_damage
from contract.events import Event

logger = logging.getLogger(__name__)

DEFAULT_BOUND = 250_000
"""PROBS and HEARTBEATs: two days of them, some 90 MB."""

# An hour of PROBS and HEARTBEATs, while the disk refuses; 2 MB.
HELD_IN_MEMORY = 5_000
# How often a file that could not be opened is tried again; that may mean to read all of it.
REOPEN_SEC = 30.0


class Outbox:
    """A queue in SQLite. Thread-safe; an event is durable when `put` returns.

    While the disk refuses, events are held in memory and travel from there; they are written as
    soon as it takes them. `failure` tells. Nothing but the start raises: OutboxInUse, and OSError
    for a folder that cannot be the right one.
    """

    def __init__(
        self, path: Path, bound: int = DEFAULT_BOUND, clock: Callable[[], float] = time.time
    ) -> None:
        self._path, self._bound, self._clock = path, bound, clock
        self._memory = EventStore(MEMORY, HELD_IN_MEMORY)
        self._disk: EventStore | None = None
        self._claim: BinaryIO | None = None
        self._refusal: str | None = None  # why the disk does not take events now
        self._broken: Exception | None = None  # what was found in the file, which is to be mended
        self._damage: str | None = None  # what was done about that
        self._opened_at = 0.0  # or tried to
        self._news = False  # an incident that was not handed out yet
        self._changed = threading.Condition()
        try:
            self._open()
        except (NotADirectoryError, FileExistsError, PermissionError):
            raise  # a wrong DATA_DIR is for its owner to mend, before anybody relies on it
        except (OSError, sqlite3.Error) as error:
            self._note(error)

    @property
    def failure(self) -> str | None:
        """Why events are held in memory, or what befell the file since the start; None if well."""
        return self._refusal or self._damage

    @property
    def held(self) -> int:
        """How many events are in memory alone."""
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

    def oldest(self, limit: int) -> list[Letter]:
        """At most `limit` events in their order; they stay until `confirm` is told of them.

        They are incidents or others, never both: what the server may not like about the others
        does not stand in an incident's way.
        """
        with self._changed:
            self._news = False
            return self._oldest(limit, incident=True) or self._oldest(limit, incident=False)

    def confirm(self, letters: Sequence[Letter]) -> None:
        """Forget `letters`: the server has them."""
        with self._changed:
            for store in self._stores():
                try:
                    store.forget([letter for letter in letters if letter.store is store])
                except sqlite3.Error as error:
                    self._note(error)
            self._changed.notify_all()

    def refuse(self, letter: Letter, reason: str) -> None:
        """Put aside an event that the server will never take, so that it blocks no other."""
        with self._changed:
            if letter.store in self._stores():
                try:
                    letter.store.refuse(letter, reason)
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

    def wake(self) -> None:
        """Let whoever waits look again whether it is stopping."""
        with self._changed:
            self._changed.notify_all()

    def wait_empty(self, timeout_sec: float) -> bool:
        """Whether the outbox ran empty within `timeout_sec`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count() == 0, timeout_sec)

    def __len__(self) -> int:
        with self._changed:
            return self._count()

    def close(self) -> None:
        """Write what the disk takes at last, and let go of the file."""
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

    def _oldest(self, limit: int, *, incident: bool) -> list[Letter]:
        letters: list[Letter] = []
        for store in self._stores():
            try:
                letters += store.oldest(limit - len(letters), incident=incident)
            except sqlite3.Error as error:
                self._note(error)
                self._give_up_disk()
        return letters

    def _write(self, event: Event) -> bool:
        """Whether the disk has taken `event`."""
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
        """The file, with all that was held in memory; None while it is not to be tried."""
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
        """Remember, and say once, why the disk is not used; a broken file is mended later."""
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
    """In a few words, such as fit into a heartbeat; SQLite may quote what a broken file holds."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:80]
