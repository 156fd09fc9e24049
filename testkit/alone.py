"""One service of the server by itself, on a database of its own."""

import time
from collections.abc import Callable
from pathlib import Path

from backend.alerts.service import AlertService, AlertSettings, Decision
from backend.bus import Bus
from backend.events.service import EventService, Notify
from backend.incidents.service import IncidentService
from backend.storage.database import Database, open_database
from contract.events import EVENT, AnyEvent, IncidentEvent


def typed(fields: dict[str, object]) -> AnyEvent:
    """The event of these fields; an enum may be its text."""
    return EVENT.validate_python(fields, strict=False)


def incident_event(fields: dict[str, object]) -> IncidentEvent:
    """The START or END of these fields."""
    event = typed(fields)
    if not isinstance(event, IncidentEvent):
        raise TypeError(f"expected a START or an END, got {event.event_type}")
    return event


class AlertsAlone(AlertService):
    """The alerts without the event service: events are handed to `hear`."""

    def __init__(
        self,
        settings: AlertSettings,
        clock: Callable[[], float] = time.time,
        wall_clock: Callable[[], float] = time.time,
        bus: Bus | None = None,
    ) -> None:
        bus, self.database = bus or Bus(), open_database(None, settings.data_dir)
        self.incidents = IncidentService(self.database, bus)
        super().__init__(settings, self.database, bus, clock, wall_clock)

    def hear(self, event: IncidentEvent, received_at: float | None = None) -> Decision:
        """Take the event's incident, and decide on it."""
        at = event.ts if received_at is None else received_at
        return self.consider(self.incidents.take(event, at), event, received_at)

    def stop(self, timeout: float = 4.0) -> None:
        """Stop, and close the database."""
        super().stop(timeout)
        self.database.close()


class EventsAlone(EventService):
    """The events without the alerts, in `folder`; the database lies beside it."""

    def __init__(
        self,
        folder: Path,
        notify: Notify = lambda *_: None,
        clock: Callable[[], float] = time.time,
        bus: Bus | None = None,
        database: Database | None = None,
    ) -> None:
        bus, self.database = bus or Bus(), database or open_database(None, folder.parent)
        self.incidents = IncidentService(self.database, bus)
        super().__init__(folder, self.database, self.incidents, notify, bus, clock)

    def stop(self) -> None:
        """Stop, and close the database."""
        super().stop()
        self.database.close()
