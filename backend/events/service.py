"""Events from the wire to the record, and back to those who ask."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path

from pydantic import ValidationError

from backend.errors import LogUnavailable
from backend.events.closed import Retention
from backend.events.line import Record
from backend.events.log import EventLog
from backend.events.recent import KEPT_PER_KIND, RecentEvents
from backend.events.recorder import EventRecorder
from backend.events.repair import Damage
from contract.events import Event, EventType

logger = logging.getLogger(__name__)

Alert = Callable[[Event], object]
Publish = Callable[[Sequence[Record]], object]

# A crash between the record and the alert is made good at the next start, unless it is old news.
REPLAY_SEC = 24 * 3600.0


class EventService:
    """Records events, keeps the newest at hand, and passes each recorded incident to `alert`.

    `publish` gets what is new, once it is recorded, from the recording thread; it must not wait
    and not raise. It begins with what the log holds. Raises OSError when the log cannot be opened.
    """

    def __init__(
        self,
        folder: Path,
        alert: Alert,
        clock: Callable[[], float] = time.time,
        retention: Retention | None = None,
        publish: Publish = lambda _records: None,
    ) -> None:
        self.recent = RecentEvents()
        self._alert, self._publish = alert, publish
        self._log = EventLog(folder, retention)
        history = self._log.open(KEPT_PER_KIND, clock() - REPLAY_SEC)
        for record in history.newest():
            self.recent.add(record)
        self._untold = deque(incidents(history.incidents()))
        self._recorder = EventRecorder(self._log, clock, self._pass_on)

    def start(self) -> None:
        """Begin to record; incidents of late are passed on again, told only once."""
        self._recorder.start()

    def stop(self) -> None:
        """Record what was accepted, then close."""
        self._recorder.stop()

    @property
    def failure(self) -> str | None:
        """Why events are not recorded, or not passed on, in one line; None while all is well.

        It is set before the answer to the event that failed, and clears within seconds of the
        disk's recovery, whether or not an event comes.
        """
        return self._recorder.failure

    @property
    def refusals(self) -> int:
        """How often the disk has refused events since the start."""
        return self._recorder.refusals

    @property
    def repaired(self) -> Damage:
        """What this start found damaged in the log and cut out."""
        return self._log.repaired

    async def record(self, records: list[Record]) -> None:
        """Return once `records` are durable, each recorded once; raises LogUnavailable."""
        try:
            await self._recorder.record(records)
        except OSError as error:
            raise LogUnavailable(f"the event log cannot be written: {error.strerror}") from error

    def post(self, events: list[Event]) -> Future[None]:
        """Done once `events` are durable; fails with OSError when none of them is. Any thread."""
        records = [event.model_dump(mode="json", exclude_unset=True) for event in events]
        return self._recorder.post(records)

    def _pass_on(self, records: Sequence[Record]) -> None:
        for record in records:
            self.recent.add(record)
        self._publish(records)
        self._untold.extend(incidents(records))
        self._tell()

    def _tell(self) -> None:
        """Pass the incidents on; one that `alert` fails on waits, and the following behind it."""
        while self._untold:
            self._alert(self._untold[0])
            self._untold.popleft()


def incidents(records: Iterable[Record]) -> list[Event]:
    """The START and END events among the records of the log."""
    found = []
    for record in records:
        if record["event_type"] in (EventType.START, EventType.END):
            try:
                found.append(Event.model_validate(record, strict=False))
            except ValidationError:
                logger.error("the recorded event %s is none of today's", record["event_id"])
    return found
