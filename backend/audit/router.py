"""GET /audit."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from backend.access.middleware import check_household
from backend.audit.service import AuditService, Entry
from backend.errors import InvalidInput
from backend.http.openapi import answers

router = APIRouter(prefix="/audit", tags=["people"])

MAX_LISTED = 1000
EXAMPLE = {
    "person_id": 1,
    "action": "looked",
    "subject": "5f3a9c1e7b2d4608",
    "at": 1_795_939_200.0,
    "way": None,
}


@router.get("", responses=answers([EXAMPLE], InvalidInput))
def entries(
    request: Request,
    since: Annotated[float, Query(ge=0)] = 0.0,
    until: Annotated[float, Query(ge=0)] = 1e11,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 100,
) -> list[Entry]:
    """Who did and looked at what, newest first; without a person it was the API_KEY's."""
    caller = request.state.caller
    check_household(caller)
    audit: AuditService = request.app.state.audit
    return audit.entries(since, until, limit, caller.household_id)
