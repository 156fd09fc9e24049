"""What people say: below /images, /styles and /incidents, and /comments/{number}."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.access.middleware import check_household, check_role
from backend.access.roles import Role
from backend.comments.errors import CommentEdited, NotTheAuthor, UnknownComment, UnknownSubject
from backend.comments.service import CommentService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from contract.comments import (
    Comment,
    CommentEdit,
    CommentText,
    Rating,
    RatingSummary,
    Stars,
    Subject,
    SubjectKind,
)

router = APIRouter(tags=["comments"])

TEXT, EDIT, STARS = TypeAdapter(CommentText), TypeAdapter(CommentEdit), TypeAdapter(Stars)
PLACES = {
    "images": SubjectKind.IMAGE,
    "styles": SubjectKind.LOOK,
    "incidents": SubjectKind.INCIDENT,
}
"""What is below which first part of an address."""
MAX_NUMBER, MAX_LISTED = 2**31 - 1, 1000
CommentNumber = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
Before = Annotated[int | None, Query(ge=1, le=MAX_NUMBER)]
"""The number of the last comment of a list, to go on with it; it may be deleted by now."""
SUBJECT = {"kind": "image", "id": "9f3c1b7e5a2d4608"}
COMMENT = {
    "number": 7,
    "subject": SUBJECT,
    "person_id": 2,
    "text": "She had stumbled over the carpet.",
    "at": 1_795_939_200.0,
    "edited_at": None,
}
RATING = {"subject": SUBJECT, "person_id": 2, "stars": 4, "at": 1_795_939_200.0}
SUMMARY = {"mean": 4.5, "count": 2, "mine": 4}
LISTED = answers([COMMENT], InvalidInput, UnknownSubject)
WRITTEN = json_body(TEXT, {"text": COMMENT["text"]})
ANSWER_TO_WRITTEN = answers(COMMENT, *OF_A_BODY, UnknownSubject)
GIVEN = json_body(STARS, {"stars": 4})
ANSWER_TO_GIVEN = answers(RATING, *OF_A_BODY, UnknownSubject)
OF_AN_EDIT = (*OF_A_BODY, UnknownComment, NotTheAuthor, CommentEdited)


class Deleted(BaseModel):
    """The comment is no more."""

    number: int


@router.get("/images/{subject_id}/comments", responses=LISTED)
@router.get("/styles/{subject_id}/comments", responses=LISTED)
def comments(
    request: Request,
    subject_id: str,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
) -> list[Comment]:
    """What was written of it, newest first.

    Those that follow come with `before`: the number of the last one.
    """
    caller, subject = _reader(request), _subject(request, subject_id)
    return _service(request).newest(subject, caller.household_id, before, limit)


@router.post("/images/{subject_id}/comments", openapi_extra=WRITTEN, responses=ANSWER_TO_WRITTEN)
@router.post("/styles/{subject_id}/comments", openapi_extra=WRITTEN, responses=ANSWER_TO_WRITTEN)
async def comment(request: Request, subject_id: str, body: Body) -> Comment:
    """Write something of it. For caregivers."""
    caller, said = _writer(request), parse_model(TEXT, body)
    subject = _subject(request, subject_id)
    return await run_in_threadpool(_service(request).add, caller, subject, said.text)


@router.patch(
    "/comments/{number}",
    openapi_extra=json_body(EDIT, {"text": "She had slipped.", "edited_at": None}),
    responses=answers(COMMENT | {"edited_at": 1_795_939_260.0}, *OF_AN_EDIT),
)
async def edit_comment(request: Request, number: CommentNumber, body: Body) -> Comment:
    """Let one's own comment say something else; `edited_at` is the comment's, as it was read."""
    return await run_in_threadpool(edit, request, number, parse_model(EDIT, body))


@router.delete(
    "/comments/{number}",
    responses=answers({"number": 7}, InvalidInput, UnknownComment, NotTheAuthor),
)
def delete_comment(request: Request, number: CommentNumber) -> Deleted:
    """Delete one's own comment; an owner may delete anybody's."""
    _service(request).delete(_writer(request), number)
    return Deleted(number=number)


@router.get("/images/{subject_id}/rating", responses=answers(SUMMARY, UnknownSubject))
@router.get("/styles/{subject_id}/rating", responses=answers(SUMMARY, UnknownSubject))
@router.get("/incidents/{subject_id}/rating", responses=answers(SUMMARY, UnknownSubject))
def rating(request: Request, subject_id: str) -> RatingSummary:
    """How good people find it, in stars."""
    return _service(request).summary(_reader(request), _subject(request, subject_id))


@router.put("/images/{subject_id}/rating", openapi_extra=GIVEN, responses=ANSWER_TO_GIVEN)
@router.put("/styles/{subject_id}/rating", openapi_extra=GIVEN, responses=ANSWER_TO_GIVEN)
@router.put("/incidents/{subject_id}/rating", openapi_extra=GIVEN, responses=ANSWER_TO_GIVEN)
async def rate(request: Request, subject_id: str, body: Body) -> Rating:
    """Say how good one finds it, from 1 to 5 stars; the last that one gives counts.

    For caregivers.
    """
    caller, given = _writer(request), parse_model(STARS, body)
    subject = _subject(request, subject_id)
    return await run_in_threadpool(_service(request).rate, caller, subject, given.stars)


def edit(request: Request, number: int, wanted: CommentEdit) -> Comment:
    """Edit a comment for the caller; raises Forbidden and what CommentService raises."""
    return _service(request).edit(_writer(request), number, wanted)


def _subject(request: Request, subject_id: str) -> Subject:
    place = request.url.path.split("/")[1]
    return Subject(kind=PLACES[place], id=subject_id)


def _reader(request: Request) -> Caller:
    caller: Caller = request.state.caller
    check_household(caller)
    return caller


def _writer(request: Request) -> Caller:
    caller: Caller = request.state.caller
    check_role(caller, Role.CAREGIVER)
    return caller


def _service(request: Request) -> CommentService:
    service: CommentService = request.app.state.comments
    return service
