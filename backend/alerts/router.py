"""POST /alerts/test, GET /alerts/dead-letters and POST /alerts/dead-letters/resend."""

from typing import Annotated, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, model_validator
from starlette.concurrency import run_in_threadpool

from backend.alerts.dead_letter import Letter
from backend.alerts.service import NO_CHANNEL, AlertService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body

router = APIRouter(prefix="/alerts", tags=["alerts"])

MAX_KEYS = 1000
Key = Annotated[str, Field(min_length=1, max_length=128)]


class Resend(BaseModel):
    """Which alerts to send again: those with these `keys`, or `all` of the last week.

    What says neither sends nothing: a body may be lost on its way.
    """

    model_config = ConfigDict(extra="forbid")

    keys: Annotated[list[Key], Field(max_length=MAX_KEYS)] | None = None
    all: StrictBool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.all == (self.keys is not None):
            raise ValueError('expected either {"keys": […]} or {"all": true}')
        return self


class Resent(BaseModel):
    """The alerts that are on their way again."""

    keys: list[str]


RESEND = TypeAdapter(Resend)


class Trial(BaseModel):
    """Whether `channel` took the test alert; `reason` says in one line why not."""

    channel: str
    sent: bool
    reason: str | None


class Trials(BaseModel):
    """`sent` is True when all channels took it and there is one; `warning` when nothing rings."""

    sent: bool
    reason: str | None
    warning: str | None
    channels: list[Trial]


TESTED = {
    "sent": True,
    "warning": "memos by kakao make no sound, and nothing rings: set ALERT_URLS to what does",
    "channels": [{"channel": "kakao", "sent": True}],
}
LETTER = {
    "key": "5f3a9c1e7b2d4608",
    "camera_id": "living room",
    "label": "fall",
    "channel": "ntfy",
    "reason": "no answer within 10 s",
    "attempts": 12,
    "at": 1_795_939_200.0,
}


@router.post("/test", responses=answers(TESTED))
async def test(request: Request) -> Trials:
    """Send a test alert through all channels of the household now, and say what became of it."""
    service, household_id = _service(request), request.state.caller.household_id
    reasons = await run_in_threadpool(service.test_channels, household_id)
    return Trials(
        sent=bool(reasons) and not any(reasons.values()),
        reason=None if reasons else NO_CHANNEL,
        warning=service.warning_of(reasons),
        channels=[
            Trial(channel=name, sent=reason is None, reason=reason)
            for name, reason in reasons.items()
        ],
    )


@router.get("/dead-letters", responses=answers([LETTER], InvalidInput))
def dead_letters(
    request: Request, limit: Annotated[int, Query(ge=1, le=MAX_KEYS)] = 100
) -> list[Letter]:
    """What could not be delivered in the last week, newest first."""
    letters = _service(request).dead_letters(request.state.caller.household_id, limit)
    return [Letter.of(letter) for letter in letters]


@router.post(
    "/dead-letters/resend",
    openapi_extra=json_body(RESEND, {"all": True}),
    responses=answers({"keys": [LETTER["key"]]}, *OF_A_BODY),
)
async def resend(request: Request, body: Body) -> Resent:
    """Queue dead letters again. A memo that may have been sent before says so."""
    wanted, service = parse_model(RESEND, body), _service(request)
    household_id = request.state.caller.household_id
    return Resent(keys=await run_in_threadpool(service.resend, household_id, wanted.keys))


def _service(request: Request) -> AlertService:
    service: AlertService = request.app.state.alerts
    return service
