"""The thread that hands incidents to the alerts: what is recorded, and what is late to be."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from backend.events.journal.record import Record
from backend.events.post import Post
from backend.troubles.table import TROUBLES

logger = logging.getLogger(__name__)

LATE_SEC = 1.0
"""An incident that is not recorded as long after it came is handed on all the same."""
RETRY_SEC = 1.0
"""An incident that the alerts fail on is handed on again after as long."""


class _Line(IntEnum):
    """Who waits where: a line has its turn once nobody is due in those before it."""

    PERSON = 0
    TROUBLE = 1


@dataclass(frozen=True, order=True)
class _Entry:
    """`record` is due at `at` (monotonic seconds), unless its `post` is recorded by then."""

    at: float
    number: int
    record: Record = field(compare=False)
    post: Post | None = field(default=None, compare=False)
    has_failed: bool = field(default=False, compare=False)

    @property
    def line(self) -> _Line:
        is_trouble = getattr(self.record.event, "event", None) in TROUBLES
        return _Line.TROUBLE if is_trouble else _Line.PERSON


class AlertFeed:
    """Calls `notify` for each START and END, at least once. Its methods do not wait, on any thread.

    Cameras take turns, so that the many incidents of one hold up none of another. What is of a
    person goes before troubles.
    """

    def __init__(
        self,
        notify: Callable[[Record], object],
        late_sec: float = LATE_SEC,
        retry_sec: float = RETRY_SEC,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notify, self._monotonic = notify, monotonic
        self._late_sec, self._retry_sec = late_sec, retry_sec
        # In each line a heap per camera; whose turn it is next comes first.
        self._lines: dict[_Line, dict[str, list[_Entry]]] = {line: {} for line in _Line}
        self._numbers = itertools.count()
        self._awaited: set[bytes] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self._failed = 0
        self._thread = threading.Thread(target=self._run, name="alert-feed")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Hand on what there is, without waiting for what may be recorded yet."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def add(self, recorded: Iterable[Record]) -> None:
        """Hand these on now."""
        now = self._monotonic()
        self._put(_Entry(now, next(self._numbers), record) for record in recorded)

    def add_unless_recorded(self, records: Iterable[Record], post: Post) -> None:
        """Hand these on if `post` is late to be recorded, or refused.

        What is waited for already, since its sender sends it again and again, is so once.
        """
        late = self._monotonic() + self._late_sec
        with self._changed:
            fresh = [record for record in records if record.identity not in self._awaited]
            self._awaited.update(record.identity for record in fresh)
        self._put(_Entry(late, next(self._numbers), record, post) for record in fresh)

    @property
    def failure(self) -> str | None:
        """That the alerts do not take an incident, in one line; None while they do."""
        if not self._thread.is_alive():
            return "the thread that hands incidents to the alerts does not run"
        if self._failed:
            return f"incidents that could not be handed to the alerts: {self._failed}"
        return None

    def _put(self, entries: Iterable[_Entry]) -> None:
        with self._changed:
            for entry in entries:
                waiting = self._lines[entry.line].setdefault(entry.record.event.camera_id, [])
                heapq.heappush(waiting, entry)
            self._changed.notify()

    def _run(self) -> None:
        while entry := self._next():
            if (entry.post and entry.post.recorded) or self._hand_on(entry):
                with self._changed:
                    self._awaited.discard(entry.record.identity)

    def _next(self) -> _Entry | None:
        """The next one that is due; None at the end."""
        with self._changed:
            while (entry := self._take(now := self._monotonic())) is None and not self._stopping:
                heaps = (heap for line in self._lines.values() for heap in line.values())
                first = min((heap[0].at for heap in heaps), default=None)
                self._changed.wait(None if first is None else first - now)
            return entry

    def _take(self, now: float) -> _Entry | None:
        """The first that is due of the camera whose turn it is; at the end, due or not."""
        for line in self._lines.values():
            for camera, heap in line.items():
                if heap[0].at <= now or self._stopping:
                    entry = heapq.heappop(heap)
                    del line[camera]
                    if heap:
                        line[camera] = heap  # behind all others
                    return entry
        return None

    def _hand_on(self, entry: _Entry) -> bool:
        """Whether the alerts have taken it."""
        try:
            self._notify(entry.record)
        except Exception:
            if not entry.has_failed:
                logger.exception("an incident was not handed to the alerts; that is tried again")
                self._failed += 1
            if not self._stopping:  # then by the next run, from the log
                again = self._monotonic() + self._retry_sec
                self._put([replace(entry, at=again, post=None, has_failed=True)])
            return False
        self._failed -= entry.has_failed
        return True
