"""The newest events in memory, for `/event/recent`."""

import heapq
import itertools
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import partial

from backend.cameras.names import crowded_out
from backend.events.journal.record import Head
from contract.events import EventType

KEPT_PER_KIND = 1000

Kinds = defaultdict[str, deque[tuple[int, bytes]]]
"""The numbered lines of one camera by type, oldest first."""


class RecentEvents:
    """Keeps the newest lines of each camera and type, so that a chatty type hides no other.

    Written by the recording thread, read by the requests; a lock stands between them.
    """

    def __init__(self) -> None:
        self._cameras: OrderedDict[str, Kinds] = OrderedDict()  # the longest silent one first
        self._numbers, self._older = itertools.count(), itertools.count(-1, -1)
        self._lock = threading.Lock()

    def add(self, line: bytes, head: Head) -> None:
        """Keep `line` as the newest."""
        with self._lock:
            self._kept(head).append((next(self._numbers), line))
            self._cameras.move_to_end(head.camera_id)

    def add_older(self, line: bytes, head: Head) -> None:
        """Keep `line` as the oldest of all, if there is room."""
        with self._lock:
            kept = self._kept(head)
            if len(kept) < KEPT_PER_KIND:
                kept.appendleft((next(self._older), line))

    def number(self) -> int:
        """Lines that are added from now on have this number, or a higher one."""
        with self._lock:
            return next(self._numbers)

    def erase(self, goes: Callable[[bytes], bool], before: int) -> None:
        """Drop the lines that go, of those that were added before this `number`. Any thread.

        The lock is held for one camera's lines of one type at a time.
        """
        with self._lock:
            chosen = [(camera_id, kind) for camera_id, it in self._cameras.items() for kind in it]
        for camera_id, kind in chosen:
            with self._lock:
                self._sift(camera_id, kind, lambda at, line: at < before and goes(line))

    def newest(
        self,
        limit: int,
        event_type: EventType | None = None,
        is_wanted: Callable[[str], bool] = lambda _: True,
    ) -> list[bytes]:
        """At most `limit` lines of the wanted cameras, newest first; of one type if it is named."""
        with self._lock:
            chosen = [
                list(reversed(kept))
                for name, kinds in self._cameras.items()
                for kind, kept in kinds.items()
                if event_type in (None, kind) and is_wanted(name)
            ]
        merged = heapq.merge(*chosen, key=lambda numbered: -numbered[0])
        return [line for _, line in itertools.islice(merged, limit)]

    def _sift(self, camera_id: str, kind: str, goes: Callable[[int, bytes], bool]) -> None:
        kinds = self._cameras.get(camera_id)
        if kinds is None:
            return
        kinds[kind] = deque((it for it in kinds[kind] if not goes(*it)), KEPT_PER_KIND)
        if not any(kinds.values()):
            del self._cameras[camera_id]

    def _kept(self, head: Head) -> deque[tuple[int, bytes]]:
        if head.camera_id not in self._cameras:
            if oldest := crowded_out(self._cameras, head.camera_id):
                del self._cameras[oldest]
            self._cameras[head.camera_id] = defaultdict(partial(deque, maxlen=KEPT_PER_KIND))
        return self._cameras[head.camera_id][head.event_type]
