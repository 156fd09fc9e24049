"""GET /activity and GET /activity/summary."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from backend.activity.service import ActivityService
from backend.activity.store import HourShown
from backend.activity.summary import Week
from backend.errors import InvalidInput
from backend.http.openapi import answers
from backend.incidents.days import bounds_of
from backend.incidents.router import EMPTY_IS_NONE, Day

router = APIRouter(prefix="/activity", tags=["activity"])

MAX_DAYS, SHOWN_DAYS = 100, 7
MAX_WEEKS = 104
HOUR = {
    "camera_id": "living room",
    "began_at": 1_795_939_200.0,
    "active_sec": 812.0,
    "still_sec": 1904.5,
    "lying_sec": 0.0,
    "nobody_sec": 871.5,
    "blind_sec": 12.0,
    "stirs": 2,
    "moved_first_at": 1_795_939_260.0,
    "moved_last_at": 1_795_942_731.0,
}
WEEK = {
    "monday": "2026-11-23",
    "falls": 1,
    "false_alarms": 2,
    "tests": 0,
    "not_sure": 0,
    "unjudged": 1,
    "answered": 3,
    "median_answer_sec": 41.0,
    "longest_answer_sec": 96.5,
}


@router.get("", responses=answers([HOUR], InvalidInput))
def activity(
    request: Request,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Day | None = None,
    camera: Annotated[str | None, EMPTY_IS_NONE] = None,
) -> list[HourShown]:
    """The hours of the household's days `from` to `until`, both included; else of the last 7 days.

    docs/server.md says what each of the five states means, and what cannot be known.
    """
    service, household_id = _service(request), request.state.caller.household_id
    last = until or service.today(household_id)
    first = since or last - timedelta(days=SHOWN_DAYS - 1)
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInput(f"until: expected `from` or a later day, within {MAX_DAYS} days")
    zone = service.zone(household_id)
    begin, end = bounds_of(first, zone)[0], bounds_of(last, zone)[1]
    return service.between(household_id, begin, end, camera)


@router.get("/summary", responses=answers([WEEK], InvalidInput))
def summary(request: Request, weeks: Annotated[int, Query(ge=1, le=MAX_WEEKS)] = 8) -> list[Week]:
    """Falls and false alarms a week by what people have said of each, oldest first.

    The last one is this week, which is not over.
    """
    return _service(request).weeks(request.state.caller.household_id, weeks)


def _service(request: Request) -> ActivityService:
    service: ActivityService = request.app.state.activity
    return service
