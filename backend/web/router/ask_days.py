"""/ask/days: the daily table, of a span and a camera, with what the cameras did not see."""

from datetime import date, timedelta
from typing import Any

from fastapi import Request, Response

from backend.cameras.service import CameraService
from backend.errors import ApiError, InvalidInput
from backend.record.router import MAX_DAYS, SHOWN_DAYS, csv_of
from backend.record.schemas import DayShown
from backend.record.service import RecordService
from backend.web.asking.day_table import day_table
from backend.web.asking.words import AnswerWords
from backend.web.page_route import page_router, pages_of
from backend.web.router.ask import note_look

router = page_router()


@router.get("/ask/days")
def page(request: Request, since: str = "", until: str = "", camera: str = "") -> Response:
    """The page."""
    note_look(request)
    pages, service = pages_of(request), _service(request)
    first, last = _usual(service.today(request.state.caller.household_id))
    error: ApiError | None = None
    try:
        first, last = _span(since or first.isoformat(), until or last.isoformat())
        days = _days(request, first, last, camera)
    except ApiError as refused:
        error, days = refused, []
    values = {"first": first, "last": last, "camera": camera, "cameras": _cameras(request)}
    return pages.render(
        request,
        "ask_days.html",
        int(error.status) if error else 200,
        table=day_table(days, AnswerWords(pages.view(request).language, pages.texts(request))),
        sentence=pages.sentence(request, error) if error else "",
        **values,
    )


@router.get("/ask/days/file")
def file(request: Request, since: str, until: str, camera: str = "") -> Response:
    """The same as CSV, with the names of the columns as programs know them."""
    note_look(request)
    days = _days(request, *_span(since, until), camera)
    name = f"days-{since}-{until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_of(days), media_type="text/csv", headers=headers)


def _usual(today: date) -> tuple[date, date]:
    return today - timedelta(days=SHOWN_DAYS - 1), today


def _span(since: str, until: str) -> tuple[date, date]:
    """The days of a form; raises InvalidInput."""
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError as error:
        raise InvalidInput("since, until: expected days, such as 2026-11-30") from error
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInput(f"until: expected `since` or a later day, within {MAX_DAYS} days")
    return first, last


def _days(request: Request, first: date, last: date, camera: str) -> list[DayShown]:
    household_id = request.state.caller.household_id
    return _service(request).days(household_id, first, last, camera or None)


def _cameras(request: Request) -> dict[str, Any]:
    """What each camera is called."""
    cameras: CameraService = request.app.state.cameras
    return {
        it.camera_id: it.place or it.camera_id
        for it in cameras.all(request.state.caller.household_id)
    }


def _service(request: Request) -> RecordService:
    service: RecordService = request.app.state.record
    return service
