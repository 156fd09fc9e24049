"""The newest events in memory, for `/event/recent` and for the state of the cameras."""

import heapq
import itertools
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable
from functools import partial

from pydantic_core import from_json, to_json

from backend.events.line import Record
from contract.events import GAP, EventType

KEPT_PER_KIND = 1000
MAX_CAMERAS = 100
"""Beyond it the one that has been silent longest is forgotten: a camera_id is soon made up."""

Kinds = defaultdict[str, deque[tuple[int, bytes]]]
"""By type, the numbered events of one camera, oldest first."""


class RecentEvents:
    """Keeps the newest events of each camera and type, so that a chatty type hides no other.

    Written by the recording thread, read by the requests; a lock stands between them. They are kept
    as JSON: as objects, fields that a client made up could be twenty times as large.
    """

    def __init__(self) -> None:
        self._cameras: OrderedDict[str, Kinds] = OrderedDict()  # the longest silent one first
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def add(self, record: Record) -> None:
        """Keep `record` as the newest."""
        camera, line = record["camera_id"], to_json(record)
        with self._lock:
            kinds = self._cameras.setdefault(
                camera, defaultdict(partial(deque, maxlen=KEPT_PER_KIND))
            )
            kinds[record["event_type"]].append((next(self._numbers), line))
            self._cameras.move_to_end(camera)
            if len(self._cameras) > MAX_CAMERAS:
                self._cameras.popitem(last=False)

    def newest(
        self, limit: int, event_type: EventType | None = None, camera_id: str | None = None
    ) -> list[Record]:
        """At most `limit` events, newest first, of one type or camera where one is named."""
        with self._lock:
            chosen = [
                list(reversed(kept))
                for camera, kinds in self._cameras.items()
                for kind, kept in kinds.items()
                if camera_id in (None, camera) and event_type in (None, kind)
            ]
        merged = heapq.merge(*chosen, key=lambda numbered: -numbered[0])
        return [from_json(line) for _, line in itertools.islice(merged, limit)]

    def last_heartbeats(self) -> dict[str, Record]:
        """The newest HEARTBEAT of each camera, those apart that stand for dropped events.

        Such a one may arrive long after it was made, and says nothing of how the camera box is now.
        """
        with self._lock:
            newest = {
                camera: _first_of_now(line for _, line in reversed(kinds[EventType.HEARTBEAT]))
                for camera, kinds in self._cameras.items()
                if EventType.HEARTBEAT in kinds
            }
        return {camera: record for camera, record in newest.items() if record is not None}


def _first_of_now(lines: Iterable[bytes]) -> Record | None:
    records: Iterable[Record] = map(from_json, lines)
    return next((record for record in records if record.get("state") != GAP), None)
