"""Incidents for the rest of the server: taken from events, found again, and published."""

from dataclasses import dataclass

from backend.bus import Bus
from backend.incidents import store
from backend.incidents.store import Taken, Wanted
from backend.storage.database import Database
from contract.events import IncidentEvent
from contract.incidents import Incident


@dataclass(frozen=True)
class IncidentChanged:
    """For the bus: this is how the incident stands now."""

    incident: Incident


class IncidentService:
    """Thread-safe. Publishes each incident that changes."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database, self._bus = database, bus

    def take(self, event: IncidentEvent, received_at: float) -> Incident:
        """The incident of `event`, which begins or changes with it. Idempotent.

        Most were taken when they were recorded: that is found without the writer's lock.
        """
        with self._database.reading() as db:
            known = store.of_event(db, event)
        if known is not None:
            return known
        with self._database.writing() as db:
            taken = store.take(db, event, received_at)
        self.publish(taken)
        return taken.incident

    def publish(self, *taken: Taken) -> None:
        """Let others know of those that are new, once they are in the database."""
        for each in taken:
            if each.is_new:
                self._bus.publish(IncidentChanged(each.incident))

    def find(self, incident_id: str, household_id: int) -> Incident | None:
        """The incident of this id, if it is one of this household."""
        with self._database.reading() as db:
            return store.of_household(db, incident_id, household_id)

    def of_any_household(self, incident_id: str) -> Incident | None:
        """The incident of this id, for the server itself."""
        with self._database.reading() as db:
            return store.find(db, incident_id)

    def of_sent(self, camera_id: str, sent_id: str, household_id: int) -> Incident | None:
        """The newest of which a camera sent this id; None if the household has none."""
        with self._database.reading() as db:
            return store.of_sent(db, camera_id, sent_id, household_id)

    def newest(self, wanted: Wanted, limit: int) -> list[Incident]:
        """The newest that are `wanted`, newest first."""
        with self._database.reading() as db:
            return store.newest(db, wanted, limit)

    def open_troubles(self, household_id: int | None = None) -> list[Incident]:
        """What the watchdog has found in a household, or in all, and is not over, oldest first."""
        with self._database.reading() as db:
            return store.open_troubles(db, household_id)

    def last_trouble(self, camera_id: str) -> Incident | None:
        """The trouble of this camera that ended last."""
        with self._database.reading() as db:
            return store.last_trouble(db, camera_id)
