"""GET and POST /visits, and DELETE /visits/{id}."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from backend.cameras.errors import UnknownVisit
from backend.cameras.visits import MAX_MINUTES, Visit, VisitService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body

router = APIRouter(prefix="/visits", tags=["visits"])

VISIT = {"id": 3, "person_id": 2, "began_at": 1_795_939_200.0, "until": 1_795_942_800.0}


class VisitBegun(BaseModel):
    """For how long somebody is with the person: "I am here for an hour"."""

    model_config = ConfigDict(extra="forbid")

    minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = 60


class VisitEnded(BaseModel):
    """The visit is over."""

    id: int


BEGUN = TypeAdapter(VisitBegun)
Number = Annotated[int, Path(ge=1, lt=2**63)]


@router.get("", responses=answers([VISIT]))
def visits(request: Request) -> list[Visit]:
    """Who is with the person now."""
    return _service(request).lasting(request.state.caller.household_id)


@router.post(
    "", openapi_extra=json_body(BEGUN, {"minutes": 60}), responses=answers(VISIT, *OF_A_BODY)
)
def begin(request: Request, body: Body) -> Visit:
    """Say that somebody is with the person from now on, instead of what they said before.

    Meanwhile a fall waits for an "all is well" before anybody is notified of it; it is not dropped.
    """
    caller = request.state.caller
    minutes = parse_model(BEGUN, body).minutes
    return _service(request).begin(caller.household_id, caller.person_id, minutes)


@router.delete("/{visit_id}", responses=answers({"id": 3}, InvalidInput, UnknownVisit))
def end(request: Request, visit_id: Number) -> VisitEnded:
    """Say that the visitor has left."""
    _service(request).end(request.state.caller.household_id, visit_id)
    return VisitEnded(id=visit_id)


def _service(request: Request) -> VisitService:
    service: VisitService = request.app.state.visits
    return service
