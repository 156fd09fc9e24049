"""The newest events in memory, for `/event/recent` and for the state of the cameras."""

import heapq
import itertools
import math
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Sequence
from functools import partial

from pydantic_core import from_json, to_json

from backend.events.journal.record_line import Record
from contract.events import GAP, EventType
from contract.trouble import FORGOTTEN

KEPT_PER_KIND = 1000
MAX_CAMERAS = 100
"""Beyond it the one that has been silent longest is forgotten: a camera_id is soon made up."""


class _Camera:
    """One camera's numbered events by type, oldest first.

    Of those that were received up to `forgotten` some may be missing.
    """

    def __init__(self, forgotten: float) -> None:
        self.forgotten = forgotten
        self.kinds: defaultdict[str, deque[tuple[int, bytes]]] = defaultdict(
            partial(deque, maxlen=KEPT_PER_KIND)
        )


class RecentEvents:
    """Keeps the newest events of each camera and type, so that a chatty type hides no other.

    Written by the recording thread, read by the requests; a lock stands between them. They are kept
    as JSON: as objects, fields that a client made up could be twenty times as large.
    """

    def __init__(self) -> None:
        self._cameras: OrderedDict[str, _Camera] = OrderedDict()  # the longest silent one first
        self._forgotten = -math.inf  # no event that was received later has been forgotten
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def add(self, record: Record) -> None:
        """Keep `record` as the newest."""
        camera, line = record["camera_id"], to_json(record, inf_nan_mode="null")
        with self._lock:
            kept = self._cameras.setdefault(camera, _Camera(self._forgotten))
            kept.kinds[record["event_type"]].append((next(self._numbers), line))
            self._cameras.move_to_end(camera)
            if len(self._cameras) > MAX_CAMERAS:
                self._cameras.popitem(last=False)
                self._forgotten = record["received_at"]

    def newest(
        self, limit: int, event_type: EventType | None = None, camera_id: str | None = None
    ) -> list[Record]:
        """At most `limit` events, newest first, of one type or camera where one is named."""
        with self._lock:
            chosen = [
                list(reversed(kept))
                for name, camera in self._cameras.items()
                for kind, kept in camera.kinds.items()
                if camera_id in (None, name) and event_type in (None, kind)
            ]
        merged = heapq.merge(*chosen, key=lambda numbered: -numbered[0])
        return [from_json(line) for _, line in itertools.islice(merged, limit)]

    def incidents(self, camera_id: str, begin: float, end: float) -> list[Record]:
        """A camera's STARTs and ENDs with `ts` from `begin` to before `end`, newest first.

        Raises LookupError when some of them may have been too many to keep.
        """
        with self._lock:
            camera = self._cameras.get(camera_id, _Camera(self._forgotten))
            if camera.forgotten > begin:
                raise LookupError(camera_id)
            kinds = (camera.kinds.get(kind, ()) for kind in (EventType.START, EventType.END))
            kept = [[line for _, line in numbered] for numbered in kinds]
        found: list[Record] = []
        for records in ([from_json(line) for line in lines] for lines in kept):
            # None is received before it happens: what went was of an earlier time than the rest.
            if len(records) == KEPT_PER_KIND and records[0]["received_at"] > begin:
                raise LookupError(camera_id)
            found += [record for record in records if begin <= record["ts"] < end]
        return sorted(found, key=lambda record: record["ts"], reverse=True)

    def heartbeats(self, after: int = -1) -> list[tuple[int, Record]]:
        """The HEARTBEATs of all cameras that came after number `after`, with their numbers, in
        their order; those apart that stand for dropped events.

        Such a one may arrive long after it was made, and says nothing of how the camera box is now.
        """
        with self._lock:
            fresh = [
                numbered
                for camera in self._cameras.values()
                for numbered in _newer(camera.kinds.get(EventType.HEARTBEAT, ()), after)
            ]
        records = [(number, from_json(line)) for number, line in sorted(fresh)]
        return [(number, record) for number, record in records if record.get("state") != GAP]

    def forgotten(self) -> set[str]:
        """The cameras that were given up, by the END of a trouble, and not heard of since."""
        with self._lock:
            ends = {
                name: (camera.kinds[EventType.END][-1], camera.kinds.get(EventType.HEARTBEAT))
                for name, camera in self._cameras.items()
                if camera.kinds.get(EventType.END)
            }
        return {
            name
            for name, ((number, line), beats) in ends.items()
            if from_json(line).get("state") == FORGOTTEN and not (beats and beats[-1][0] > number)
        }


def _newer(kept: Sequence[tuple[int, bytes]], after: int) -> Iterable[tuple[int, bytes]]:
    return itertools.takewhile(lambda numbered: numbered[0] > after, reversed(kept))
