"""Every room of several households on one board, in the order in which they need somebody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from backend.access.keys import Caller
from backend.cameras.names import name_at_home
from backend.cameras.service import CameraService, CameraShown, CameraState
from backend.escalation.service import EscalationService, State
from backend.incidents import store
from backend.people.service import PeopleService
from backend.seen import within
from backend.storage.database import Database
from backend.troubles.table import TROUBLES
from contract.incidents import Incident


class RoomState(StrEnum):
    """How much a room needs somebody, what is most urgent first."""

    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    """Somebody has said something, and it is not over."""
    TROUBLE = "trouble"
    """The camera is not well."""
    QUIET = "quiet"


class Room(BaseModel):
    """A camera of a household. `since` is in seconds since 1970 (UTC)."""

    model_config = ConfigDict(frozen=True)

    household_id: int
    household: str
    camera_id: str
    place: str
    state: RoomState
    camera: CameraState
    incident_id: str | None = None
    label: str | None = None
    since: float | None = None
    answered_by: str | None = None


@dataclass(frozen=True)
class _Open:
    """An incident of a person that is not over, and how far it is."""

    incident: Incident
    state: State


class BoardService:
    """Thread-safe; its methods wait for the database."""

    def __init__(
        self,
        database: Database,
        people: PeopleService,
        cameras: CameraService,
        escalation: EscalationService,
    ) -> None:
        self._database, self._people = database, people
        self._cameras, self._escalation = cameras, escalation

    def rooms(self, caller: Caller) -> list[Room]:
        """The rooms of all households that the caller belongs to, the most urgent first."""
        whose = {caller.household_id}
        if caller.person_id is not None:
            whose = {it.household_id for it in self._people.memberships(caller.person_id)}
        names = {it.id: it.name for it in self._people.households() if it.id in whose}
        with within(None):
            open_now = self._open_in(whose)
            found = [
                self._room(household_id, name, camera, open_now)
                for household_id, name in names.items()
                for camera in self._cameras.all(household_id)
            ]
        return sorted(found, key=_urgency)

    def _open_in(self, households: set[int]) -> dict[str, list[_Open]]:
        """The open incidents of these by their camera, the oldest first."""
        states = [it for it in self._escalation.open_states() if not it.is_test]
        with self._database.reading() as db:
            incidents = [store.find(db, it.incident_id) for it in states]
        found: dict[str, list[_Open]] = {}
        for incident, state in zip(incidents, states, strict=True):
            if incident is not None and incident.household_id in households:
                found.setdefault(incident.camera_id, []).append(_Open(incident, state))
        return found

    def _room(
        self,
        household_id: int,
        household: str,
        camera: CameraShown,
        open_now: dict[str, list[_Open]],
    ) -> Room:
        room = Room(
            household_id=household_id,
            household=household,
            camera_id=camera.camera_id,
            place=camera.place or name_at_home(camera.camera_id),
            state=RoomState.QUIET if camera.state is CameraState.WATCHING else RoomState.TROUBLE,
            camera=camera.state,
            since=None if camera.state is CameraState.WATCHING else camera.heard_at,
        )
        worst = next(_worst_first(open_now.get(camera.camera_id, ())), None)
        return room if worst is None else room.model_copy(update=self._needing(worst))

    def _needing(self, worst: _Open) -> dict[str, object]:
        incident, state = worst.incident, worst.state
        return {
            "state": RoomState.ANSWERED if state.is_answered else RoomState.UNANSWERED,
            "incident_id": incident.id,
            "label": incident.label,
            "since": incident.began_at,
            "answered_by": self._name_of(state, incident.household_id),
        }

    def _name_of(self, state: State, household_id: int) -> str | None:
        if not state.is_answered or state.answered_by is None:
            return None
        person = self._people.person(state.answered_by, household_id)
        return person.name if person else None


def _worst_first(open_here: Sequence[_Open]) -> Iterator[_Open]:
    people = [it for it in open_here if it.incident.label not in TROUBLES]
    return iter(sorted(people, key=lambda it: it.state.is_answered))


def _urgency(room: Room) -> tuple[int, float, str, str]:
    waits_since = 0.0 if room.since is None else room.since
    return list(RoomState).index(room.state), waits_since, room.household, room.camera_id
