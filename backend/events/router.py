"""POST /event/payload, POST /event/payloads, GET /event/recent, GET /event/incidents."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, FailFast, Field, TypeAdapter

from backend.alerts.sender_answer import HELD
from backend.cameras.service import CameraService
from backend.errors import BodyTooLarge, InvalidInput, LogUnavailable, ToldUnrecorded
from backend.events.intake import Intake, Taken, marked
from backend.events.recent import KEPT_PER_KIND
from backend.events.self_test_calls import SelfTestCalls
from backend.events.service import EventService
from backend.events.store import shown
from backend.http.bodies import (
    MAX_BODY_BYTES,
    MAX_LARGE_BODY_BYTES,
    json_response,
    parse,
    read_body,
)
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.incidents.days import bounds_of
from contract.events import EVENT, TOLD_HEADER, AnyEvent, Event, EventType
from contract.names import Name

router = APIRouter(prefix="/event", tags=["event"])

EVENT_ID = "8f14e45fceea4d3a9b2c7f0e6d5a4b3c"
START = {
    "event_type": "START",
    "event_id": EVENT_ID,
    "camera_id": "living room",
    "ts": 1_795_939_200.0,
    "incident_id": "living-room-42",
    "event": "fall",
    "prob": 0.93,
}
RECORD = START | {"received_at": 1_795_939_200.2}
ERRORS = (*OF_A_BODY, LogUnavailable, ToldUnrecorded)

MAX_EVENTS = 1000
# On average over a list; a camera box's own are a tenth of it. The newest are held in memory.
MAX_EVENT_BYTES = 4096
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 30)
EMPTY_IS_NONE = BeforeValidator(lambda value: value or None)
# Without FailFast each of the items in half a megabyte would be an error to describe.
EVENTS: TypeAdapter[Sequence[Event]] = TypeAdapter(
    Annotated[list[AnyEvent], Field(min_length=1, max_length=MAX_EVENTS), FailFast()]
)


class Recorded(BaseModel):
    """The event is durable; `alert` says what becomes of a START or END.

    `self_test` asks the camera box for a START and an END of a fall with `test` set, under this
    `incident_id`.
    """

    success: bool = True
    event_id: str
    alert: str | None = None
    self_test: str | None = None


class AllRecorded(BaseModel):
    """The events are durable, in the order in which they were sent.

    `alerts` is parallel to `event_ids`, with None for a PROBS or HEARTBEAT. `self_test` is as that
    of one event.
    """

    success: bool = True
    event_ids: list[str]
    alerts: list[str | None]
    self_test: str | None = None


@router.post(
    "/payload",
    response_model=Recorded,
    openapi_extra=json_body(EVENT, START),
    responses=answers({"success": True, "event_id": EVENT_ID, "alert": HELD}, *ERRORS),
)
async def payload(request: Request) -> Response:
    """Record one event; answered once it is durable. A repeat is answered and recorded once."""
    body = await read_body(request, MAX_BODY_BYTES)
    (taken,) = _take(request, [parse(EVENT, body)], body)
    await _record(request, [taken])
    test = _self_test(request, [taken])
    return json_response(Recorded(event_id=taken.event.event_id, alert=taken.alert, self_test=test))


@router.post(
    "/payloads",
    response_model=AllRecorded,
    openapi_extra=json_body(EVENTS, [START]),
    responses=answers({"success": True, "event_ids": [EVENT_ID], "alerts": [HELD]}, *ERRORS),
)
async def payloads(request: Request) -> Response:
    """Record a list of events, all of them or none."""
    body = await read_body(request, MAX_LARGE_BODY_BYTES)
    taken = _take(request, parse(EVENTS, body), body)
    await _record(request, taken)
    return json_response(
        AllRecorded(
            event_ids=[each.event.event_id for each in taken],
            alerts=[each.alert for each in taken],
            self_test=_self_test(request, taken),
        )
    )


@router.get("/recent", responses=answers([RECORD], InvalidInput))
async def recent(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=KEPT_PER_KIND)] = 50,
    event_type: Annotated[EventType | None, EMPTY_IS_NONE] = None,
    camera_id: Annotated[str | None, EMPTY_IS_NONE] = None,
) -> Response:
    """The newest events, newest first; an empty filter is none."""
    cameras, whose = _cameras(request), request.state.caller.household_id

    def is_wanted(name: str) -> bool:
        return camera_id in (None, name) and cameras.household_of(name) == whose

    return _shown(_service(request).recent.newest(limit, event_type, is_wanted))


@router.get("/incidents", responses=answers([RECORD], InvalidInput))
def incidents(
    request: Request,
    camera_id: Annotated[Name, Query(examples=["living room"])],
    day: Annotated[date, Query(ge=FIRST_DAY, le=LAST_DAY, examples=["2026-11-29"])],
) -> Response:
    """Each START and END of a camera on a day of the household's time zone, newest first."""
    whose = request.state.caller.household_id
    if _cameras(request).household_of(camera_id) != whose:
        return _shown([])
    begin, end = bounds_of(day, request.app.state.people.zone(whose))
    return _shown(_service(request).store.between(camera_id, begin, end))


def _take(request: Request, sent: Sequence[Event], body: bytes) -> list[Taken]:
    _cameras(request).check_senders(request.state.caller, {event.camera_id for event in sent})
    if len(body) > MAX_EVENT_BYTES * len(sent):
        raise BodyTooLarge(f"expected at most {MAX_EVENT_BYTES} bytes an event")
    intake: Intake = request.app.state.intake
    return [intake.take(event) for event in sent]


async def _record(request: Request, taken: Sequence[Taken]) -> None:
    service, told = _service(request), request.headers.get(TOLD_HEADER, "")
    keys = frozenset(told.split(","))
    await service.record([service.received(marked(each.event, keys)) for each in taken], keys)


def _self_test(request: Request, taken: Sequence[Taken]) -> str | None:
    calls: SelfTestCalls = request.app.state.self_test_calls
    return calls.heard_by(each.event.camera_id for each in taken)


def _shown(lines: Sequence[bytes]) -> Response:
    return Response(shown(lines), media_type="application/json")


def _cameras(request: Request) -> CameraService:
    cameras: CameraService = request.app.state.cameras
    return cameras


def _service(request: Request) -> EventService:
    service: EventService = request.app.state.events
    return service
