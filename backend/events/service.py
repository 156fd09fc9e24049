"""Events from the wire to the record, and back to those who ask."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from backend.errors import LogUnavailable
from backend.events.log import EventLog, Record
from backend.events.recent import RecentEvents
from backend.events.recorder import REMEMBERED_SEC, EventRecorder
from contract.events import Event, EventType

Alert = Callable[[Event], object]

# A crash between the record and the alert is made good at the next start, unless it is old news.
REPLAY_SEC = 24 * 3600.0


class EventService:
    """Records events, keeps the newest at hand, and passes each recorded incident to `alert`.

    Raises OSError when the log cannot be opened.
    """

    def __init__(self, folder: Path, alert: Alert, clock: Callable[[], float] = time.time) -> None:
        self.recent = RecentEvents()
        self._alert = alert
        self._clock = clock
        self._untold: deque[Record] = deque()
        self._log = EventLog(folder)
        self._log.open()
        self._recorder = EventRecorder(self._log, clock, self._pass_on)

    def start(self) -> None:
        """Remember what the log holds; incidents of late are passed on again, told only once."""
        seen = []
        for record in self._log.read(self._clock() - REMEMBERED_SEC):
            seen.append(record["event_id"])
            self.recent.add(record)
            if self._clock() - record["received_at"] < REPLAY_SEC:
                self._tell(record)
        self._recorder.start(seen)

    def stop(self) -> None:
        """Record what was accepted, then close."""
        self._recorder.stop()

    @property
    def failure(self) -> str | None:
        """Why the last events could not be recorded, None while all is well."""
        return self._recorder.failure

    async def record(self, events: list[Event]) -> None:
        """Return once `events` are durable, each recorded once; raises LogUnavailable."""
        records = [event.model_dump(mode="json", exclude_unset=True) for event in events]
        try:
            await asyncio.wrap_future(self._recorder.post(records))
        except OSError as error:
            raise LogUnavailable(f"the event log cannot be written: {error.strerror}") from error

    def _pass_on(self, record: Record) -> None:
        self.recent.add(record)
        self._tell(record)

    def _tell(self, record: Record) -> None:
        """Pass an incident on. One that `alert` fails on waits for the next event of any kind."""
        if record["event_type"] in (EventType.START, EventType.END):
            self._untold.append(record)
        while self._untold:
            self._alert(Event.model_validate_json(json.dumps(self._untold[0])))
            self._untold.popleft()
