"""The thread that hands incidents to the alerts: what is recorded, and what is late to be."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from backend.events.journal.record import Record
from backend.events.post import Post

logger = logging.getLogger(__name__)

LATE_SEC = 1.0
"""An incident that is not recorded as long after it came is handed on all the same."""
RETRY_SEC = 5.0
"""An incident that the alerts fail on is handed on again after as long."""


@dataclass(frozen=True, order=True)
class _Entry:
    """`record` is due at `at` (monotonic seconds), unless its `post` is recorded by then."""

    at: float
    number: int
    record: Record = field(compare=False)
    post: Post | None = field(default=None, compare=False)
    has_failed: bool = field(default=False, compare=False)


class AlertFeed:
    """Calls `notify` for each START and END, at least once. Its methods do not wait, on any thread.

    Cameras take turns, so that the many incidents of one hold up none of another.
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
        # A heap per camera; whose turn it is next comes first.
        self._lines: dict[str, list[_Entry]] = {}
        self._numbers = itertools.count()
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
        """Hand these on if `post` is late to be recorded, or refused."""
        late = self._monotonic() + self._late_sec
        self._put(_Entry(late, next(self._numbers), record, post) for record in records)

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
                heapq.heappush(self._lines.setdefault(entry.record.event.camera_id, []), entry)
            self._changed.notify()

    def _run(self) -> None:
        while entry := self._next():
            if entry.post is None or not entry.post.recorded:
                self._hand_on(entry)

    def _next(self) -> _Entry | None:
        """The next one that is due; None at the end."""
        with self._changed:
            while (entry := self._take(now := self._monotonic())) is None and not self._stopping:
                first = min((line[0].at for line in self._lines.values()), default=None)
                self._changed.wait(None if first is None else first - now)
            return entry

    def _take(self, now: float) -> _Entry | None:
        """The first that is due of the camera whose turn it is; at the end, due or not."""
        for camera, line in self._lines.items():
            if line[0].at <= now or self._stopping:
                entry = heapq.heappop(line)
                del self._lines[camera]
                if line:
                    self._lines[camera] = line  # behind all others
                return entry
        return None

    def _hand_on(self, entry: _Entry) -> None:
        try:
            self._notify(entry.record)
            self._failed -= entry.has_failed
        except Exception:
            if not entry.has_failed:
                logger.exception("an incident was not handed to the alerts; that is tried again")
                self._failed += 1
            if not self._stopping:  # then by the next run, from the log
                again = self._monotonic() + self._retry_sec
                self._put([replace(entry, at=again, post=None, has_failed=True)])
