"""GET /incidents and GET /incidents/{id}."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, Field

from backend.errors import InvalidInput
from backend.http.openapi import answers
from backend.incidents.days import bounds_of
from backend.incidents.errors import UnknownIncident
from backend.incidents.service import IncidentService
from backend.incidents.store import Wanted
from contract.incidents import Incident, IncidentState

router = APIRouter(prefix="/incidents", tags=["incidents"])

MAX_LISTED = 1000
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9999, 12, 30)
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
EMPTY_IS_NONE = BeforeValidator(lambda value: value or None)
INCIDENT = {
    "id": "5f3a9c1e7b2d4608",
    "camera_id": "living room",
    "label": "fall",
    "person": None,
    "state": "notified",
    "began_at": 1_795_939_200.0,
    "ended_at": 1_795_939_202.0,
    "duration_sec": 2.0,
    "seen": "lying",
    "detail": None,
    "received_at": 1_795_939_200.2,
    "sent_id": "living-room-42",
    "is_test": False,
}


@router.get("", responses=answers([INCIDENT], InvalidInput))
def incidents(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
    camera_id: Annotated[str | None, EMPTY_IS_NONE] = None,
    label: Annotated[str | None, EMPTY_IS_NONE] = None,
    state: Annotated[IncidentState | None, EMPTY_IS_NONE] = None,
    day: Day | None = None,
) -> list[Incident]:
    """The newest incidents, newest first; of one `day` of the household's time zone if it is given.

    An empty name is no filter.
    """
    household_id = request.state.caller.household_id
    zone = request.app.state.people.zone(household_id)
    begin, end = bounds_of(day, zone) if day else (None, None)
    wanted = Wanted(
        camera_id=camera_id,
        label=label,
        state=state,
        since=begin,
        until=end,
        household_id=household_id,
    )
    return _service(request).newest(wanted, limit)


@router.get("/{incident_id}", responses=answers(INCIDENT, UnknownIncident))
def incident(request: Request, incident_id: str) -> Incident:
    """One incident."""
    found = _service(request).find(incident_id, request.state.caller.household_id)
    if found is None:
        raise UnknownIncident(f"no incident {incident_id[:32]!r}")
    return found


def _service(request: Request) -> IncidentService:
    service: IncidentService = request.app.state.incidents
    return service
