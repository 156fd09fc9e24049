"""From the bus, whose messages come on the threads that record and alert, to those who listen."""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pydantic_core import from_json

from backend.alerts.alert_change import AlertChange
from backend.bus import Bus
from backend.cameras.names import household_named
from backend.events.journal.record import Record, as_json
from backend.events.messages import EventsRecorded
from backend.incidents.service import IncidentChanged
from backend.live.protocol import TOPICS, Topic
from backend.poses.frame import PoseFrame, PosesSeen
from backend.poses.messages import PosesPassedOn
from contract.poses import LivePoses
from contract.trouble import SERVER

MAX_WAITING = 10_000
"""Beyond it the oldest are dropped, and counted: the log has them."""


Shown = PoseFrame | LivePoses
"""Poses that came to this server, or to another one."""


class News(NamedTuple):
    """Something for a household's listeners of `topic`, of all cameras or of this one."""

    household_id: int
    topic: Topic
    camera_id: str
    data: dict[str, Any]


class Relay:
    """Passes news on to `emit` in their order; publishing never waits.

    Poses go to `show`, behind all news: of each camera the newest, and none that it has replaced.
    `is_heard` says whether anybody is there, and `household_of` whose a camera is.
    """

    def __init__(
        self,
        bus: Bus,
        emit: Callable[[News], Awaitable[None]],
        show: Callable[[Shown], Awaitable[None]],
        is_heard: Callable[[], bool],
        household_of: Callable[[str], int] = household_named,
    ) -> None:
        self._emit, self._show, self._household_of = emit, show, household_of
        self._is_heard = is_heard
        self._poses: dict[str, Shown] = {}
        self._waiting: deque[News | Record] = deque()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived = asyncio.Event()
        self.dropped = 0
        """How many were dropped since the start."""
        bus.subscribe(EventsRecorded, lambda recorded: self._put(recorded.records), everywhere=True)
        bus.subscribe(AlertChange, lambda change: self._put([_of_alert(change)]), everywhere=True)
        bus.subscribe(
            IncidentChanged, lambda changed: self._put([_of_incident(changed)]), everywhere=True
        )
        bus.subscribe(PosesSeen, lambda seen: self._put_poses(seen.frame))
        bus.subscribe_to_others(PosesPassedOn, self._hear_poses)

    def start(self) -> None:
        """Take news from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    async def pass_on(self) -> None:
        """Wait for news, and pass on all that there are."""
        await self._arrived.wait()
        self._arrived.clear()
        while (news := self._next()) is not None:
            if isinstance(news, PoseFrame | LivePoses):
                await self._show(news)
            else:
                await self._emit(self._of_record(news) if isinstance(news, Record) else news)

    def _of_record(self, record: Record) -> News:
        event, data = record.event, from_json(as_json(record.line))
        whose = self._household_of(event.camera_id)
        return News(whose, TOPICS[event.event_type], event.camera_id, data)

    def _put(self, news: Sequence[News | Record]) -> None:
        if self._loop is None or not self._is_heard():
            return
        with self._lock:
            self._waiting.extend(news)
            while len(self._waiting) > MAX_WAITING:
                self._waiting.popleft()
                self.dropped += 1
        with suppress(RuntimeError):  # nobody listens any more
            self._loop.call_soon_threadsafe(self._arrived.set)

    def _hear_poses(self, passed: PosesPassedOn) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._put_poses, passed.poses)

    def _put_poses(self, poses: Shown) -> None:
        """In the event loop, ten times a second a camera: a thread's way there costs more."""
        self._poses[poses.camera_id] = poses
        self._arrived.set()

    def _next(self) -> News | Record | Shown | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
        return self._poses.pop(next(iter(self._poses))) if self._poses else None


def _of_alert(change: AlertChange) -> News:
    alert = change.alert
    return News(alert.household_id, Topic.ALERTS, alert.camera_id or SERVER, change.shown())


def _of_incident(changed: IncidentChanged) -> News:
    incident = changed.incident
    said = incident.model_dump(mode="json")
    return News(incident.household_id, Topic.INCIDENTS, incident.camera_id, said)
