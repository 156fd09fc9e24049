"""Who tells of a fall from memory, while no server can record it."""

import asyncio
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from backend.access.rate_limit import RequestLimiter
from backend.alerts.alert_change import AlertChange
from backend.alerts.channels.base import Alert, Channel, ChannelError, Disposition
from backend.alerts.limits import Limits
from backend.alerts.message.render import Marks, render
from backend.alerts.policy import Ruling, alert_of
from backend.alerts.recipients import Recipients
from backend.alerts.tellings import Telling, Tellings
from backend.bus import Bus
from backend.incidents.incident import begun, completed, key_of
from backend.incidents.service import IncidentChanged
from backend.troubles.table import TROUBLES
from contract.events import UNFINISHED_AFTER_SEC, End, IncidentEvent
from contract.incidents import Incident

K = TypeVar("K")
V = TypeVar("V")
logger = logging.getLogger(__name__)

UNTAKEN_SEC = 0.9
"""An event that comes once more so long after it came first was taken by no server."""
SILENT_SEC = 1.0
"""A database that has not answered for so long may do so to another server."""
ANSWER_SEC = 3.0
"""So long a channel may take until another server is asked, which tells of it too."""
LOOK_SEC = 0.02
AGAIN_SEC = 2.0
"""A channel that did not take it is tried again after so long, when the event comes again."""
MAX_SENDING = 64
"""Threads at once."""
MAX_KEPT = 10_000
"""Events that were refused, and incidents, each."""
UNRECORDED = Marks(recorded=False)


@dataclass(frozen=True)
class Refused:
    """An event that no server has taken: when it came here first, by both clocks."""

    at: float
    received_at: float


@dataclass(frozen=True)
class Known:
    """What is to be known without asking the database: it may be some seconds old."""

    ruling: Callable[[IncidentEvent], Ruling]
    household_of: Callable[[str], int]
    recipients: Recipients
    zone: Callable[[int], ZoneInfo]
    channels: Callable[[], Mapping[str, Channel]]
    silent_sec: Callable[[], float]
    """For how long the database has not answered, whoever asks it."""


class Teller:
    """Of one event loop, which it does not hold up; channels are waited for in threads.

    A server cannot see whether another one has recorded what it could not. But then its box does
    not send it again: so what comes again after a while is told. `clock` is the alerts' own.
    """

    def __init__(
        self,
        tellings: Tellings,
        known: Known,
        bus: Bus,
        clock: Callable[[], float] = time.time,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self._tellings, self._known, self._clock = tellings, known, clock
        self._refused: OrderedDict[str, Refused] = OrderedDict()
        self._incidents: OrderedDict[tuple[str, str, str | None], Incident] = OrderedDict()
        self._entered: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = threading.BoundedSemaphore(MAX_SENDING)
        rate = limits.singles / limits.lately
        self._limiter = RequestLimiter(rate, clock, burst_sec=limits.lately)
        bus.subscribe(IncidentChanged, lambda said: self._note(said.incident), everywhere=True)
        bus.subscribe(AlertChange, self._note_entered, everywhere=True)

    def note_told(self, events: Sequence[IncidentEvent], keys: Collection[str]) -> None:
        """Of those of the events that have these keys some server has told, as their box says."""
        for event in events:
            if (key := key_of(event)) not in keys:
                continue
            incident = self._incident(event, self._clock())
            telling = self._tellings.find(key, incident.id)
            telling = telling or Telling(alert_of(incident, event, None), by_another=True)
            self._tellings.keep(telling, key, incident.id)

    async def refused(
        self, events: Sequence[IncidentEvent], came_at: float, received_at: float
    ) -> list[str]:
        """Tell of those of the events that came at that time, and could not be recorded, of which
        it is time to tell; the keys of all those that people were told of by any server."""
        told = self.tell(events, came_at, received_at, came_at)
        until = self._clock() + ANSWER_SEC
        while self._clock() < until and any(map(_is_pending, told.values())):  # noqa: ASYNC110 (threads set it)
            await asyncio.sleep(LOOK_SEC)
        return [key for key, telling in told.items() if telling.sent or telling.by_another]

    def gives_up(self) -> bool:
        """Whether an event is not to wait for the database here: another server may reach it."""
        return self._known.silent_sec() > SILENT_SEC

    def tell(
        self, events: Sequence[IncidentEvent], came_at: float, received_at: float, at: float
    ) -> dict[str, Telling]:
        """Tell of those of which it is time to at that time; what there is by the events' keys."""
        found = {key_of(it): self._tell(it, Refused(came_at, received_at), at) for it in events}
        return {key: telling for key, telling in found.items() if telling}

    def _tell(self, event: IncidentEvent, came: Refused, at: float) -> Telling | None:
        """What is told of the event; None where it is not time, or never will be."""
        key, incident = key_of(event), self._incident(event, came.received_at)
        telling = self._tellings.find(key, incident.id)
        if telling is None:
            first = self._first(key, came)
            is_due = self._is_due(event, incident, at - first.at)
            if incident.id in self._entered or not is_due or self._limiter.take(event.camera_id):
                return None
            telling = Telling(alert_of(incident, event, first.received_at))
            if not self._tellings.begin(telling, key, incident.id):
                return None
        else:
            self._tellings.keep(telling, key, incident.id)
        if not telling.by_another:
            self._send(telling)
        return telling

    def _first(self, key: str, refused: Refused) -> Refused:
        """When the event was refused first, which may be now."""
        first = self._refused.get(key, refused)
        _keep(self._refused, key, first)
        return first

    def _is_due(self, event: IncidentEvent, incident: Incident, waited_sec: float) -> bool:
        if event.event in TROUBLES:
            return False
        match self._known.ruling(event):
            case Ruling.ALERT:
                return waited_sec >= UNTAKEN_SEC
            case Ruling.AWAITS_END:
                return incident.ended_at is None and waited_sec >= UNFINISHED_AFTER_SEC
        return False

    def _incident(self, event: IncidentEvent, received_at: float) -> Incident:
        """What the event is of, as far as that is known without the database."""
        known = self._incidents.get((event.camera_id, event.event, event.incident_id))
        is_end = isinstance(event, End)
        if known and (known.id == key_of(event) or (is_end and known.ended_at == event.ts)):
            return known
        if known and is_end and known.ended_at is None:
            incident = completed(known, event)
        else:
            household_id = self._known.household_of(event.camera_id)
            incident = begun(event, received_at, household_id)
        self._note(incident)
        return incident

    def _note(self, incident: Incident) -> None:
        name = incident.camera_id, incident.label, incident.sent_id
        with self._lock:
            _keep(self._incidents, name, incident)

    def _note_entered(self, change: AlertChange) -> None:
        """The ledger has this alert, whatever became of its event: it leaves by itself."""
        with self._lock:
            _keep(self._entered, change.alert.incident, None)

    def _send(self, telling: Telling) -> None:
        """Through each channel that is open and has not taken it, if it is time for that."""
        alert, now = telling.alert, self._clock()
        reach = self._known.recipients.reach(alert.household_id)
        for name, channel in self._known.channels().items():
            is_due = telling.next_try.get(name, 0.0) <= now
            if is_due and reach.includes(name, alert) and self._threads.acquire(blocking=False):
                telling.next_try[name] = math.inf
                telling.sending.add(name)
                run = threading.Thread(target=self._run, args=(telling, channel), daemon=True)
                run.start()

    def _run(self, telling: Telling, channel: Channel) -> None:
        name = channel.name
        try:
            self._carry(telling.alert, channel)
        except ChannelError as error:
            what = name, telling.alert.key, error.disposition, error.reason
            logger.warning("%s: alert %s not sent without the database (%s): %s", *what)
            if error.disposition is Disposition.AMBIGUOUS:
                telling.doubtful.add(name)
            else:
                telling.next_try[name] = self._clock() + AGAIN_SEC
        except Exception:
            logger.exception("%s: an alert was not sent without the database", name)
            telling.next_try[name] = self._clock() + AGAIN_SEC
        else:
            self._tellings.note_sent(telling, name, self._clock())
            logger.warning("%s: alert %s sent without the database", name, telling.alert.key)
        finally:
            telling.sending.discard(name)
            self._threads.release()

    def _carry(self, alert: Alert, channel: Channel) -> None:
        envelope = self._known.recipients.envelope(channel.name, alert)
        channel.send(render(alert, self._known.zone(alert.household_id), UNRECORDED, envelope))


def _keep(known: OrderedDict[K, V], key: K, value: V) -> None:
    """Forget the oldest where there are too many."""
    known[key] = value
    if len(known) > MAX_KEPT:
        known.popitem(last=False)


def _is_pending(telling: Telling) -> bool:
    """Whether a channel may take it in a moment, and none has so far."""
    return bool(telling.sending) and not telling.sent
