"""What happens at a camera and is told once: that an incident begins, ends, and is answered."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from backend.bus import Bus
from backend.incidents.service import IncidentChanged
from backend.integrations.home_assistant.home import OWN_HOUSEHOLD
from backend.troubles.table import TROUBLES
from contract.incidents import Incident, IncidentState

FRESH_SEC = 60.0
"""What happened earlier is told no more: nobody's lights are to go on for a fall of yesterday."""
REMEMBERED = 500
"""Incidents whose last state is known."""
WAITING = 100


class Happening(StrEnum):
    """The types of the event entity."""

    START = "start"
    END = "end"
    ACKNOWLEDGED = "acknowledged"
    """Somebody sees to it: they go there, or have called 119."""
    RESOLVED = "resolved"
    """Somebody has said that it is over, or the person is up: nobody has to go there."""


SAID = {
    IncidentState.ACKNOWLEDGED: Happening.ACKNOWLEDGED,
    IncidentState.RESOLVED: Happening.RESOLVED,
}
"""What a person makes of an incident."""


class Told(BaseModel):
    """What an automation gets to hear; `at` is when the server heard of it (since 1970)."""

    model_config = ConfigDict(frozen=True)

    event_type: Happening
    label: str
    incident_id: str
    camera_id: str
    at: float


def happened(before: Incident | None, now: Incident) -> Happening | None:
    """What has become of an incident that stood so `before`, None for one that is not known."""
    if before is None:
        return _first_known(now)
    if now.ended_at is not None and before.ended_at is None:
        return Happening.END
    return None if now.state is before.state else SAID.get(now.state)


def _first_known(now: Incident) -> Happening:
    """The last thing that has become of it; it may have begun before the server did."""
    if now.state is IncidentState.ACKNOWLEDGED:
        return Happening.ACKNOWLEDGED
    if now.ended_at is not None:
        return Happening.END
    return SAID.get(now.state, Happening.START)


class Happenings:
    """Any thread. Hears of its household's incidents on the bus, of no troubles and no tests."""

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._known: OrderedDict[str, Incident] = OrderedDict()
        self._waiting: deque[Told] = deque(maxlen=WAITING)
        bus.subscribe(
            IncidentChanged, lambda changed: self._note(changed.incident), everywhere=True
        )

    def take(self) -> list[Told]:
        """What has happened since the last call and is fresh, oldest first."""
        with self._lock:
            told = list(self._waiting)
            self._waiting.clear()
        now = self._clock()
        return [it for it in told if now - it.at <= FRESH_SEC]

    def _note(self, incident: Incident) -> None:
        if incident.household_id != OWN_HOUSEHOLD or incident.is_test:
            return
        if incident.label in TROUBLES:
            return
        with self._lock:
            what = happened(self._known.get(incident.id), incident)
            self._remember(incident)
            if what is not None:
                self._waiting.append(self._told(what, incident))

    def _told(self, what: Happening, incident: Incident) -> Told:
        return Told(
            event_type=what,
            label=incident.label,
            incident_id=incident.id,
            camera_id=incident.camera_id,
            at=incident.received_at if what is Happening.START else self._clock(),
        )

    def _remember(self, incident: Incident) -> None:
        self._known[incident.id] = incident
        self._known.move_to_end(incident.id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
