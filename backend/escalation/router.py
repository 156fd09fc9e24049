"""What people say of an incident, and how it went: below /incidents/{id}, and /answer/{token}."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.access.middleware import check_household, check_role
from backend.access.roles import Role
from backend.escalation.answer import Answer, Verdict, Way
from backend.escalation.answering import Speaker
from backend.escalation.course import WholeCourse
from backend.escalation.errors import (
    AnswerLinkOver,
    IncidentOver,
    NoAnswerExpected,
    UnknownAnswerLink,
)
from backend.escalation.service import EscalationService, State
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.incidents.errors import UnknownIncident
from contract.comments import Comment, CommentText

router = APIRouter(tags=["incidents"])


class Acknowledgement(BaseModel):
    """The answer to an alert, and how it was given."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer
    way: Literal[Way.PAGE, Way.PUSH, Way.API] = Way.API


class LinkAnswer(BaseModel):
    """The answer to an alert, and how it was given."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer
    way: Literal[Way.LINK, Way.PUSH] = Way.LINK


class Judgement(BaseModel):
    """What an incident was."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict


class Accepted(BaseModel):
    """It counts; `state` is how far the escalation is, if there is one.

    What is not `recorded`, because the disk is full or slow, is to be said again should the server
    be stopped.
    """

    success: bool = True
    recorded: bool
    state: State | None = None


ACKNOWLEDGEMENT, LINK_ANSWER = TypeAdapter(Acknowledgement), TypeAdapter(LinkAnswer)
JUDGEMENT, NOTE = TypeAdapter(Judgement), TypeAdapter(CommentText)
STATE = {
    "incident_id": "5f3a9c1e7b2d4608",
    "began_at": 1_795_939_202.0,
    "held_until": None,
    "stage": 1,
    "rounds": 2,
    "next_at": 1_795_940_222.0,
    "answer": "going",
    "answered_by": 1,
    "is_answered": True,
    "exhausted_at": None,
    "over_at": None,
    "is_test": False,
}
ACCEPTED = {"success": True, "recorded": True, "state": STATE}
COURSE = {
    "entries": [
        {"at": 1_795_939_202.0, "kind": "seen", "detail": "fall"},
        {"at": 1_795_939_203.1, "kind": "taken", "person": "Kim", "channel": "contact-1"},
        {
            "at": 1_795_939_322.0,
            "kind": "answered",
            "person": "Kim",
            "detail": "going",
            "way": "page",
        },
    ],
    "figures": {
        "floor_sec": None,
        "first_ring_sec": 1.1,
        "answer_sec": 120.0,
        "help_sec": None,
    },
}
WRITTEN = {
    "number": 7,
    "subject": {"kind": "incident", "id": "5f3a9c1e7b2d4608"},
    "person_id": 2,
    "text": "She had stumbled over the carpet.",
    "at": 1_795_939_200.0,
    "edited_at": None,
}
OF_AN_ANSWER = (*OF_A_BODY, UnknownIncident, IncidentOver, NoAnswerExpected)


@router.post(
    "/incidents/{incident_id}/acknowledgement",
    openapi_extra=json_body(ACKNOWLEDGEMENT, {"answer": "going"}),
    responses=answers(ACCEPTED, *OF_AN_ANSWER),
)
async def acknowledge(request: Request, incident_id: str, body: Body) -> Accepted:
    """Answer an alert: it is repeated no more, and the others are told who has it."""
    caller, said = _caregiver(request), parse_model(ACKNOWLEDGEMENT, body)
    speaker = _speaker(caller, said.way)
    recorded = await run_in_threadpool(_service(request).answer, incident_id, speaker, said.answer)
    return await run_in_threadpool(_accepted, request, incident_id, recorded)


@router.post(
    "/incidents/{incident_id}/resolution",
    responses=answers(ACCEPTED, UnknownIncident, IncidentOver, NoAnswerExpected),
)
def resolve(request: Request, incident_id: str) -> Accepted:
    """Say that it is over."""
    speaker = _speaker(_caregiver(request), Way.API)
    recorded = _service(request).resolve(incident_id, speaker)
    return _accepted(request, incident_id, recorded)


@router.post(
    "/incidents/{incident_id}/verdict",
    openapi_extra=json_body(JUDGEMENT, {"verdict": "false_alarm"}),
    responses=answers(ACCEPTED, *OF_A_BODY, UnknownIncident),
)
async def verdict(request: Request, incident_id: str, body: Body) -> Accepted:
    """Say what it was; the newest verdict counts."""
    caller, said = _caregiver(request), parse_model(JUDGEMENT, body)
    speaker = _speaker(caller, Way.API)
    recorded = await run_in_threadpool(
        _service(request).verdict, incident_id, speaker, said.verdict
    )
    return await run_in_threadpool(_accepted, request, incident_id, recorded)


@router.get("/incidents/{incident_id}/notes", responses=answers([WRITTEN], UnknownIncident))
def notes(request: Request, incident_id: str) -> list[Comment]:
    """What people wrote of it, oldest first; /comments/{number} edits and deletes one."""
    check_household(request.state.caller)
    return _service(request).notes(incident_id, request.state.caller.household_id)


@router.post(
    "/incidents/{incident_id}/notes",
    openapi_extra=json_body(NOTE, {"text": WRITTEN["text"]}),
    responses=answers(ACCEPTED, *OF_A_BODY, UnknownIncident),
)
async def note(request: Request, incident_id: str, body: Body) -> Accepted:
    """Write a note of it."""
    caller, said = _caregiver(request), parse_model(NOTE, body)
    speaker = _speaker(caller, Way.API)
    recorded = await run_in_threadpool(_service(request).note, incident_id, speaker, said.text)
    return await run_in_threadpool(_accepted, request, incident_id, recorded)


@router.get("/incidents/{incident_id}/course", responses=answers(COURSE, UnknownIncident))
def course(request: Request, incident_id: str) -> WholeCourse:
    """All that has happened, oldest first, and how long it took."""
    check_household(request.state.caller)
    return _service(request).course(incident_id, request.state.caller.household_id)


@router.post(
    "/answer/{token}",
    openapi_extra=json_body(LINK_ANSWER, {"answer": "going"}),
    responses=answers(
        ACCEPTED, *OF_A_BODY, UnknownAnswerLink, AnswerLinkOver, IncidentOver, NoAnswerExpected
    ),
)
async def answer_by_link(request: Request, token: str, body: Body) -> Accepted:
    """Answer an alert by the link that it brought; no log-in is needed."""
    said = parse_model(LINK_ANSWER, body)
    return await run_in_threadpool(_answer_by_link, request, token, said)


def _answer_by_link(request: Request, token: str, said: LinkAnswer) -> Accepted:
    service = _service(request)
    claims = service.claims(token)
    speaker = Speaker(claims.household_id, claims.person_id, said.way)
    recorded = service.answer(claims.incident_id, speaker, said.answer)
    return _accepted(request, claims.incident_id, recorded)


def _caregiver(request: Request) -> Caller:
    caller: Caller = request.state.caller
    check_role(caller, Role.CAREGIVER)
    return caller


def _speaker(caller: Caller, way: Way) -> Speaker:
    return Speaker(caller.household_id, caller.person_id, way)


def _accepted(request: Request, incident_id: str, recorded: bool) -> Accepted:
    return Accepted(recorded=recorded, state=_service(request).state(incident_id))


def _service(request: Request) -> EscalationService:
    service: EscalationService = request.app.state.escalation
    return service
