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
from backend.events.journal.record import Record, as_json
from backend.events.messages import EventsRecorded
from backend.incidents.service import IncidentChanged
from backend.live.protocol import TOPICS, Topic
from contract.trouble import SERVER

MAX_WAITING = 10_000
"""Beyond it the oldest are dropped, and counted: the log has them."""


class News(NamedTuple):
    """Something for the listeners of `topic`, of all cameras or of this one."""

    topic: Topic
    camera_id: str
    data: dict[str, Any]


class Relay:
    """Passes news on to `emit` in their order; whoever publishes never waits."""

    def __init__(self, bus: Bus, emit: Callable[[News], Awaitable[None]]) -> None:
        self._emit = emit
        self._waiting: deque[News | Record] = deque()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived = asyncio.Event()
        self.dropped = 0
        """How many were dropped since the start."""
        bus.subscribe(EventsRecorded, lambda recorded: self._put(recorded.records))
        bus.subscribe(AlertChange, lambda change: self._put([_of_alert(change)]))
        bus.subscribe(IncidentChanged, lambda changed: self._put([_of_incident(changed)]))

    def start(self) -> None:
        """Take news from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    async def pass_on(self) -> None:
        """Wait for news, and pass on all that there are."""
        await self._arrived.wait()
        self._arrived.clear()
        while (news := self._next()) is not None:
            await self._emit(_of_record(news) if isinstance(news, Record) else news)

    def _put(self, news: Sequence[News | Record]) -> None:
        loop = self._loop
        if loop is None:  # nobody listens yet
            return
        with self._lock:
            self._waiting.extend(news)
            while len(self._waiting) > MAX_WAITING:
                self._waiting.popleft()
                self.dropped += 1
        with suppress(RuntimeError):  # nobody listens any more
            loop.call_soon_threadsafe(self._arrived.set)

    def _next(self) -> News | Record | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None


def _of_record(record: Record) -> News:
    data = from_json(as_json(record.line))
    return News(TOPICS[record.event.event_type], record.event.camera_id, data)


def _of_alert(change: AlertChange) -> News:
    return News(Topic.ALERTS, change.alert.camera_id or SERVER, change.shown())


def _of_incident(changed: IncidentChanged) -> News:
    incident = changed.incident
    return News(Topic.INCIDENTS, incident.camera_id, incident.model_dump(mode="json"))
