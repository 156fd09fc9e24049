"""An outbox in memory, with the order of the camera box's: incidents first, never with others."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence

from agent.outbox.store import BATCH, INCIDENTS
from contract.events import Event


class SimulatedOutbox:
    """Of one event loop. Nothing is dropped."""

    def __init__(self) -> None:
        self._incidents: deque[Event] = deque()
        self._others: deque[Event] = deque()
        self._filled, self._news = asyncio.Event(), asyncio.Event()

    def __len__(self) -> int:
        return len(self._incidents) + len(self._others)

    @property
    def has_incident(self) -> bool:
        """Whether one waits: it goes first."""
        return bool(self._incidents)

    def put(self, event: Event) -> None:
        """Add it as the newest."""
        if event.event_type in INCIDENTS:
            self._incidents.append(event)
            self._news.set()
        else:
            self._others.append(event)
        self._filled.set()

    def oldest(self) -> list[Event]:
        """At most a batch, of incidents where there are any; they stay until `confirm`."""
        self._news.clear()
        line = self._incidents or self._others
        return [line[number] for number in range(min(len(line), BATCH))]

    def confirm(self, events: Sequence[Event]) -> None:
        """The server has these, which `oldest` gave."""
        line = self._incidents if events[0].event_type in INCIDENTS else self._others
        for _ in events:
            line.popleft()

    async def wait_filled(self) -> None:
        """Until there is an event."""
        self._filled.clear()
        if not len(self):
            await self._filled.wait()

    async def wait_news(self, seconds: float) -> None:
        """So long, or until there is a new incident."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
