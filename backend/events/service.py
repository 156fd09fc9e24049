"""Events from the wire to the record, and back to those who ask."""

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path

from pydantic import ValidationError

from backend.access.rate_limit import RequestLimiter
from backend.errors import LogUnavailable, TooManyRequests
from backend.events.feed import AlertFeed
from backend.events.journal.journal import EventLog
from backend.events.journal.record_line import Record
from backend.events.journal.repair import Damage
from backend.events.journal.segments import Retention
from backend.events.post import Post
from backend.events.recent import KEPT_PER_KIND, RecentEvents
from backend.events.recorder import EventRecorder
from contract.events import Event, EventType

logger = logging.getLogger(__name__)

Alert = Callable[[Event], object]
Publish = Callable[[Sequence[Record]], object]

REPLAY_SEC = 24 * 3600.0
"""Incidents of so long before the log's last line are handed to the alerts again at a start: a
crash may have come between the record and the alert. The clock has no say in it."""
ANSWER_SEC = 5.0
"""What is not durable after so long is answered as unavailable, whatever comes of it."""
INCIDENTS_PER_SEC, BURST_SEC = 10.0, 60.0
"""Of one camera, STARTs and ENDs, and after a pause those of a minute at once. A camera box has a
few a day; what comes faster would fill disk and memory, and hold up other cameras."""
KEEP_IT = "keep it and send it again; the caregivers are told of an incident all the same"


class EventService:
    """Records events, keeps the newest at hand, and hands each incident to `alert`.

    That is done once it is recorded, or a second after it came, whatever the disk does. `publish`
    gets what is new, once it is recorded, from the recording thread; it must not wait and not
    raise. Raises OSError when `folder` cannot be the log's, or is another server's.
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
        self._clock, self._publish = clock, publish
        self._limiter = RequestLimiter(INCIDENTS_PER_SEC, burst_sec=BURST_SEC)
        self._log = EventLog(folder, retention)
        history = self._log.open(KEPT_PER_KIND, REPLAY_SEC)
        for record in history.newest():
            self.recent.add(record)
        self._feed = AlertFeed(alert)
        self._feed.add(incidents(history.incidents()))
        self._recorder = EventRecorder(self._log, clock, self._pass_on)

    def start(self) -> None:
        """Begin to record; incidents of late are handed on again, told only once."""
        self._feed.start()
        self._recorder.start()

    def stop(self) -> None:
        """Record what was accepted, hand on what is an incident, then close."""
        self._recorder.stop()
        self._feed.stop()

    @property
    def failure(self) -> str | None:
        """Why events are not recorded, or not handed on, in one line; None while all is well.

        It is set before the answer to the event that failed, and clears within seconds of the
        disk's recovery, whether or not an event comes.
        """
        return self._recorder.failure or self._feed.failure

    @property
    def refusals(self) -> int:
        """How often the disk has refused events since the start."""
        return self._recorder.refusals

    @property
    def repaired(self) -> Damage:
        """What this start found damaged in the log and cut out."""
        return self._log.repaired

    async def record(self, records: list[Record]) -> None:
        """Return once `records` are durable, each recorded once.

        Raises LogUnavailable, and TooManyRequests where a camera has too many incidents.
        """
        self._check_rate(records)
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        post = Post(records, done, loop)
        self._watch(post)
        self._recorder.gather(post)
        try:
            async with asyncio.timeout(ANSWER_SEC):
                await done
        except OSError as error:  # a time-out is one too
            reason = error.strerror or "the disk does not answer"
            raise LogUnavailable(f"the event cannot be recorded ({reason}): {KEEP_IT}") from error

    def post(self, events: list[Event]) -> Future[None]:
        """Done once `events` are durable; fails with OSError when none of them is. Any thread."""
        records = [event.model_dump(mode="json", exclude_unset=True) for event in events]
        done: Future[None] = Future()
        # Whoever waits may give up; what was handed over is recorded all the same.
        done.set_running_or_notify_cancel()
        post = Post(records, done)
        self._watch(post)
        self._recorder.post(post)
        return done

    def _check_rate(self, records: Iterable[Record]) -> None:
        cameras = Counter(record["camera_id"] for record in records if is_incident(record))
        for camera_id, count in cameras.items():
            if wait := self._limiter.take(camera_id, count):
                raise TooManyRequests(math.ceil(wait), "incidents")

    def _watch(self, post: Post) -> None:
        """Have its incidents handed on, should the disk be late with them or refuse."""
        now = self._clock()
        found = [record | {"received_at": now} for record in post.records if is_incident(record)]
        if found:
            self._feed.add_unless_recorded(incidents(found), post)

    def _pass_on(self, records: Sequence[Record]) -> None:
        for record in records:
            self.recent.add(record)
        self._publish(records)
        self._feed.add(incidents(records))


def is_incident(record: Record) -> bool:
    """Whether it is a START or an END."""
    return record["event_type"] in (EventType.START, EventType.END)


def incidents(records: Iterable[Record]) -> list[Event]:
    """The START and END events among the records of the log."""
    found = []
    for record in records:
        if is_incident(record):
            try:
                found.append(Event.model_validate(record, strict=False))
            except ValidationError:
                logger.error("the recorded event %s is none of today's", record["event_id"])
    return found
