"""GET /record and GET /record/days."""

import csv
import io
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backend.errors import InvalidInput
from backend.http.openapi import Responses, answers
from backend.incidents.router import EMPTY_IS_NONE, Day
from backend.record.errors import RecordUnavailable
from backend.record.schemas import DayShown, RecordShown
from backend.record.service import RecordService
from backend.storage.errors import DatabaseUnavailable
from common.csv_cell import harmless

router = APIRouter(prefix="/record", tags=["record"])

MAX_DAYS, SHOWN_DAYS = 3660, 30
CSV = "text/csv"
RECORD = {
    "tables": [{"name": "days", "rows": 540, "since": "2026-09-01", "until": "2026-11-29"}],
    "closed_until": "2026-11-28",
    "waiting_files": 0,
    "is_generated": False,
    "version": "5f3a9c1e7b2d4608",
}
DAY = {
    "day": "2026-11-28",
    "camera_id": "living room",
    "place": "on the bookshelf",
    "counted_hours": 24.0,
    "active_hours": 3.1,
    "still_hours": 5.4,
    "lying_hours": 0.6,
    "nobody_hours": 14.7,
    "blind_hours": 0.2,
    "times_up_at_night": 2,
    "first_moved_hour": 7.5,
    "last_moved_hour": 22.25,
    "walked_minutes": 41.5,
    "walking_speed": 0.52,
    "rises": 14,
    "incidents": 1,
    "falls": 0,
    "false_alarms": 1,
    "answered": 1,
    "median_answer_sec": 38.0,
}
DAYS: Responses = answers([DAY], InvalidInput, RecordUnavailable, DatabaseUnavailable)
DAYS[200]["content"][CSV] = {"schema": {"type": "string"}}


@router.get("", responses=answers(RECORD, RecordUnavailable, DatabaseUnavailable))
def record(request: Request) -> RecordShown:
    """The tables of the record, and how far they reach; docs/record.md explains them."""
    return _service(request).shown(request.state.caller.household_id)


@router.get("/days", response_model=list[DayShown], responses=DAYS)
def days(
    request: Request,
    since: Day | None = None,
    until: Day | None = None,
    camera_id: Annotated[str | None, EMPTY_IS_NONE] = None,
) -> Any:
    """The daily table: the days `since` to `until`, both included, else the last 30, oldest first.

    As CSV where `Accept` says `text/csv`.
    """
    service, household_id = _service(request), request.state.caller.household_id
    last = until or service.today(household_id)
    first = since or last - timedelta(days=SHOWN_DAYS - 1)
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInput(f"until: expected `since` or a later day, within {MAX_DAYS} days")
    found = service.days(household_id, first, last, camera_id)
    if CSV not in request.headers.get("accept", ""):
        return found
    return Response(csv_of(found), media_type=CSV, headers={"Vary": "Accept"})


def csv_of(found: list[DayShown]) -> str:
    """The daily table as CSV; what is not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(DayShown.model_fields)
    writer.writerows([_cell(value) for value in day.model_dump().values()] for day in found)
    return text.getvalue()


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def _service(request: Request) -> RecordService:
    service: RecordService = request.app.state.record
    return service
