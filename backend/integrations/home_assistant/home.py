"""The home as Home Assistant is told of it: read from the parts of the server at one moment."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.access.keys import FIRST_HOUSEHOLD
from backend.cameras.service import CameraService, CameraShown
from backend.cameras.visits import VisitService
from backend.incidents.service import IncidentService
from backend.incidents.store import Wanted
from backend.integrations.home_assistant.activity_now import Activity, ActivityNow
from backend.people.service import PeopleService
from contract.incidents import Incident, IncidentState
from contract.language import Language
from contract.trouble import SERVER

OWN_HOUSEHOLD = FIRST_HOUSEHOLD
"""Whose the broker of MQTT_URL is: of no other household anything is told there."""
OPEN_SEC = 86_400.0
"""What nobody has answered for a day is shown no more."""
MOST_INCIDENTS = 200
"""Of a day."""


@dataclass(frozen=True)
class CameraNow:
    """A camera, with the labels of its incidents that are not over."""

    shown: CameraShown
    labels: frozenset[str]
    has_trouble: bool
    activity: Activity | None


@dataclass(frozen=True)
class Home:
    """All that is told of it; `name` is the household's, None before it is set up."""

    name: str | None
    language: Language
    cameras: Sequence[CameraNow]
    has_trouble: bool
    is_accompanied: bool


@dataclass(frozen=True)
class HomeReader:
    """Thread-safe; its methods wait for the database."""

    cameras: CameraService
    incidents: IncidentService
    visits: VisitService
    people: PeopleService
    activity: ActivityNow
    clock: Callable[[], float] = time.time

    def read(self) -> Home:
        """The home now."""
        household = self.people.household(OWN_HOUSEHOLD)
        troubled = {it.camera_id for it in self.incidents.open_troubles(OWN_HOUSEHOLD)}
        lasting = self.lasting_incidents()
        return Home(
            name=household.name if household else None,
            language=household.language if household else "ko",
            cameras=[self._camera(it, lasting, troubled) for it in self.cameras.all(OWN_HOUSEHOLD)],
            has_trouble=SERVER in troubled,
            is_accompanied=bool(self.visits.lasting(OWN_HOUSEHOLD)),
        )

    def lasting_incidents(self) -> list[Incident]:
        """Those of the last day that are not over: no troubles, and no tests."""
        since = self.clock() - OPEN_SEC
        wanted = Wanted(household_id=OWN_HOUSEHOLD, is_trouble=False, since=since)
        found = self.incidents.newest(wanted, MOST_INCIDENTS)
        return [it for it in found if not it.is_test and it.state is not IncidentState.RESOLVED]

    def _camera(
        self, shown: CameraShown, lasting: Sequence[Incident], troubled: set[str]
    ) -> CameraNow:
        name = shown.camera_id
        labels = frozenset(it.label for it in lasting if it.camera_id == name)
        return CameraNow(shown, labels, name in troubled, self.activity.of(name))
