"""From the threads that record and alert to those who listen."""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from backend.alerts.change import AlertChange
from backend.events.journal.record_line import Record
from backend.live.protocol import TOPICS, Topic
from contract.trouble import SERVER

MAX_WAITING = 10_000
"""Beyond it the oldest go untold, and are counted: the log has them."""


class News(NamedTuple):
    """Something for the listeners of `topic`, of all cameras or of this one."""

    topic: Topic
    camera_id: str
    data: dict[str, Any]


class Hub:
    """Passes news on to `emit` in their order; whoever brings them never waits."""

    def __init__(self, emit: Callable[[News], Awaitable[None]]) -> None:
        self._emit = emit
        self._waiting: deque[News] = deque()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived = asyncio.Event()
        self.untold = 0
        """How many were dropped since the start."""

    def publish_records(self, records: Sequence[Record]) -> None:
        """Tell of recorded events. Any thread."""
        self._publish([News(TOPICS[it["event_type"]], it["camera_id"], it) for it in records])

    def publish_alert(self, change: AlertChange) -> None:
        """Tell what became of an alert. Any thread."""
        self._publish([News(Topic.ALERTS, change.alert.camera_id or SERVER, change.shown())])

    def start(self) -> None:
        """Take news from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    async def pass_on(self) -> None:
        """Wait for news, and pass on all that there are."""
        await self._arrived.wait()
        self._arrived.clear()
        while news := self._next():
            await self._emit(news)

    def _publish(self, news: Sequence[News]) -> None:
        loop = self._loop
        if not news or loop is None:  # nobody listens yet
            return
        with self._lock:
            self._waiting.extend(news)
            while len(self._waiting) > MAX_WAITING:
                self._waiting.popleft()
                self.untold += 1
        with suppress(RuntimeError):  # nobody listens any more
            loop.call_soon_threadsafe(self._arrived.set)

    def _next(self) -> News | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None
