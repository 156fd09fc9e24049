"""Events from the wire to the record, and back to those who ask."""

import asyncio
import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path

from backend.access.rate_limit import RequestLimiter
from backend.alerts.teller import Teller
from backend.bus import Bus
from backend.errors import LogUnavailable, ToldUnrecorded, TooManyRequests
from backend.events.catch_up import catch_up
from backend.events.eraser import EventEraser
from backend.events.feed import AlertFeed
from backend.events.intake import TOLD
from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from backend.events.journal.segments import Retention
from backend.events.messages import EventsRecorded
from backend.events.post import Post
from backend.events.recent import RecentEvents
from backend.events.recorder import EventRecorder
from backend.events.senders import Senders
from backend.events.store import EventStore
from backend.incidents.incident import key_of
from backend.incidents.service import IncidentService
from backend.incidents.store import Taken
from backend.part import Part, part
from backend.storage.database import Database
from contract.events import Event, IncidentEvent
from contract.incidents import Incident

logger = logging.getLogger(__name__)

REPLAY_SEC = 24 * 3600.0
"""START and END of so long before the newest are handed to the alerts again at a start: a crash may
have come between the record and the alert. The clock has no say in it."""
ANSWER_SEC = 5.0
"""What is not durable after so long is answered as unavailable, whatever comes of it."""
LEAST_SEC = 0.4
"""So long a START or END may take in any case."""
OWN_SEC, LOOK_SEC = 1.2, 0.1
"""What is not durable after so long, though the database answers, is told: while its sender waits
here for the answer, no other server has it."""
INCIDENTS_PER_SEC, BURST_SEC = 10.0, 60.0
"""Of one camera, STARTs and ENDs, and after a pause those of a minute at once. A camera box has a
few a day; what comes faster would fill disk and memory, and hold up other cameras."""
KEEP_IT_TOLD = "keep it and send it again; the caregivers have been notified"
KEEP_IT = "keep it and send it again; the caregivers are notified of an incident all the same"


Notify = Callable[[Incident, IncidentEvent, float], object]
Settled = Callable[[float], Set[str]]
"""The keys of events that were received since then, of which nobody is to be notified."""
"""Decides whether somebody is notified of an incident, by its event that was received then."""


class EventService:
    """Records events, keeps the newest at hand, and hands each START and END to `notify`.

    At hand is also what other servers record. Each is handed on once it is recorded, or a second
    after it came, whatever the disk does. What is recorded is published from the recording thread.
    `server` is the name of this one, among others that share the database; those have a `teller`,
    for what none of them can record. Raises OSError when `folder` cannot be the journal's, or is
    another server's.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        incidents: IncidentService,
        notify: Notify,
        bus: Bus,
        settled: Settled,
        clock: Callable[[], float] = time.time,
        retention: Retention | None = None,
        server: str = "",
        teller: Teller | None = None,
    ) -> None:
        self._teller = teller
        self.recent = RecentEvents()
        self.store = EventStore(database, server)
        self._clock, self._bus, self._incidents = clock, bus, incidents
        self._limiter = RequestLimiter(INCIDENTS_PER_SEC, burst_sec=BURST_SEC)
        self._journal = Journal(folder, retention)
        self._senders = Senders(self.store.saved_senders())
        self.log_ends_at = catch_up(self._journal, self.store, self._senders, self.recent)
        """When the newest event of earlier runs was received, seconds since 1970; 0 without one."""
        self.handing_on = threading.Lock()
        """Held while an incident is handed on: meanwhile nothing of it is erased."""
        self._notify, self._settled = notify, settled
        bus.subscribe(EventsRecorded, self._keep_at_hand, everywhere=True)
        self._feed = AlertFeed(self._hand_on)
        self.hand_on_again(self.log_ends_at - REPLAY_SEC)
        self._recorder = EventRecorder(
            self._journal, self.store, self._senders, clock, self._pass_on
        )
        bus.subscribe_to_others(EventsRecorded, lambda said: self._recorder.hear(said.records))
        self.eraser = EventEraser(
            self._journal, self._recorder, self.store, self._senders, self.recent, clock
        )

    def heartbeats_of_all(self) -> list[Record]:
        """The last heartbeat of each camera that any server has saved; it may be hours old."""
        return [record for line in self.store.heartbeats() if (record := Record.read(line))]

    def hand_on_again(self, since: float) -> None:
        """Hand on what any server has received since then, but for what is settled: each is
        notified of only once."""
        settled = self._settled(since)
        records = [record for line in self.store.since(since) if (record := Record.read(line))]
        events = ((it, it.event) for it in records)
        self._feed.add(
            it
            for it, event in events
            if isinstance(event, IncidentEvent) and key_of(event) not in settled
        )

    def start(self) -> None:
        """Begin to record; what is of late is handed on again, and notified of only once."""
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

    def health(self) -> Part:
        """Whether events are recorded, and what a start found damaged in the journal."""
        return part(self.failure, repaired=asdict(self._journal.repaired))

    @property
    def refusals(self) -> int:
        """How often the disk has refused events since the start."""
        return self._recorder.refusals

    def last_heartbeats(self) -> list[Record]:
        """The last one of each camera, of earlier runs. Call it before `start`."""
        return self._senders.heartbeats()

    def received(self, event: Event) -> Record:
        """The record of an event that arrives now."""
        return Record.of(event, self._clock())

    async def record(self, records: Sequence[Record], told: Set[str] = frozenset()) -> None:
        """Return once `records` are durable, each recorded once.

        Of those whose keys are `told` people were told before, by some server. Raises
        LogUnavailable, ToldUnrecorded, and TooManyRequests where a camera has too many incidents.
        """
        self._check_rate(records)
        loop = asyncio.get_running_loop()
        done, came_at = loop.create_future(), time.monotonic()
        post = Post(records, done, loop)
        incidents = [it.event for it in records if isinstance(it.event, IncidentEvent)]
        if self._teller:
            self._teller.note_told(incidents, told)
        self._watch(post)
        self._recorder.gather(post)
        try:
            await self._durable(done, incidents, came_at)
        except OSError as error:  # a time-out is one too
            await self._tell(incidents, came_at, told)
            reason = error.strerror or "the disk does not answer"
            raise LogUnavailable(f"the event cannot be recorded ({reason}): {KEEP_IT}") from error

    async def _durable(
        self, done: asyncio.Future[None], incidents: Sequence[IncidentEvent], came_at: float
    ) -> None:
        """Wait until `done`; raises OSError, and TimeoutError, where that is to be waited for no
        longer."""
        if self._teller is None or not incidents:
            async with asyncio.timeout(ANSWER_SEC):
                await done
            return
        try:
            while not (await asyncio.wait([done], timeout=LOOK_SEC))[0]:
                waited_sec = (now := time.monotonic()) - came_at
                if waited_sec > ANSWER_SEC or self._is_hopeless(waited_sec):
                    raise TimeoutError
                if waited_sec > OWN_SEC:
                    self._teller.tell(incidents, came_at, self._clock(), now)
            await done
        finally:
            done.cancel()

    def _is_hopeless(self, waited_sec: float) -> bool:
        """Whether another server should be asked: the database says nothing, to nobody here."""
        is_stuck = max(waited_sec, self._recorder.busy_sec) > LEAST_SEC
        return is_stuck and self._teller is not None and self._teller.gives_up()

    async def _tell(
        self, incidents: Sequence[IncidentEvent], came_at: float, told: Set[str]
    ) -> None:
        """Raise ToldUnrecorded where people were told of what the sender does not know yet."""
        if self._teller is None:
            return
        keys = await self._teller.refused(incidents, came_at, self._clock())
        if not told >= set(keys):
            raise ToldUnrecorded(f"the event cannot be recorded: {KEEP_IT_TOLD}", keys)

    def post(self, events: Sequence[Event]) -> Future[None]:
        """Done once `events` are durable; fails with OSError when none of them is. Any thread."""
        done: Future[None] = Future()
        # The caller may give up; what was handed over is recorded all the same.
        done.set_running_or_notify_cancel()
        post = Post([self.received(event) for event in events], done)
        self._watch(post)
        self._recorder.post(post)
        return done

    def _check_rate(self, records: Iterable[Record]) -> None:
        cameras = Counter(it.head.camera_id for it in records if it.head.is_incident)
        for camera_id, count in cameras.items():
            if wait := self._limiter.take(camera_id, count):
                raise TooManyRequests(math.ceil(wait), "incidents")

    def _watch(self, post: Post) -> None:
        """Have its incidents handed on, should the disk be late with them or refuse."""
        # What is added wakes the feed's thread: not for each heartbeat.
        if found := [record for record in post.records if record.head.is_incident]:
            self._feed.add_unless_recorded(found, post)

    def _pass_on(self, records: Sequence[Record], taken: Sequence[Taken]) -> None:
        self._bus.publish(EventsRecorded(records))
        self._incidents.publish(*taken)
        if found := [record for record in records if record.head.is_incident]:
            self._feed.add(found)

    def _keep_at_hand(self, recorded: EventsRecorded) -> None:
        for record in recorded.records:
            self.recent.add(record.line, record.head)

    def _hand_on(self, record: Record) -> None:
        """The incident first, recorded or not, so that there is one to notify somebody of."""
        if not isinstance(record.event, IncidentEvent):
            return
        if self._teller and TOLD in (record.event.model_extra or {}):
            self._teller.note_told([record.event], {key_of(record.event)})
        with self.handing_on:
            if not self.store.are_erased([record.identity]).get(record.identity):
                incident = self._incidents.take(record.event, record.received_at)
                self._notify(incident, record.event, record.received_at)
