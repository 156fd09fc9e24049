"""What people say of pictures and looks, by forms that need no script."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response

from backend.comments.errors import CommentEdited, UnknownComment
from backend.comments.router import Before, CommentNumber, delete_comment, edit
from backend.comments.service import CommentService
from backend.http.bodies import Body
from backend.web.forms import checked, fields_of, number_in
from backend.web.note_views import Draft
from backend.web.page_route import caregiver_router, see
from backend.web.router.look import show as show_look
from backend.web.router.picture import show as show_picture
from contract.comments import CommentEdit, CommentText, Stars, Subject, SubjectKind

router = caregiver_router()

Show = Callable[..., Response]
PLACES: Mapping[str, tuple[SubjectKind, Show]] = {
    "images": (SubjectKind.IMAGE, show_picture),
    "styles": (SubjectKind.LOOK, show_look),
}
"""What is below which first part of an address, and what shows it."""


@router.post("/images/{subject_id}/comments")
@router.post("/styles/{subject_id}/comments")
def write(request: Request, subject_id: str, body: Body) -> Response:
    """Write something of it."""
    said = checked(CommentText, fields_of(body))
    _service(request).add(request.state.caller, _subject(request, subject_id), said.text)
    return _back(request, subject_id)


@router.post("/images/{subject_id}/comments/{number}")
@router.post("/styles/{subject_id}/comments/{number}")
def change(
    request: Request,
    subject_id: str,
    number: CommentNumber,
    body: Body,
    notes_before: Before = None,
) -> Response:
    """Edit a note; one that is another by now is shown beside what would be lost."""
    fields = fields_of(body)
    wanted = checked(CommentEdit, fields | {"edited_at": fields.get("edited_at") or None})
    try:
        edit(request, number, wanted)
    except (CommentEdited, UnknownComment) as error:
        draft = Draft(number, wanted.text)
        return _shown(request, subject_id, draft=draft, notes_before=notes_before, error=error)
    return _back(request, subject_id, notes_before)


@router.post("/images/{subject_id}/comments/{number}/removal")
@router.post("/styles/{subject_id}/comments/{number}/removal")
def delete(
    request: Request, subject_id: str, number: CommentNumber, notes_before: Before = None
) -> Response:
    """Delete a note."""
    delete_comment(request, number)
    return _back(request, subject_id, notes_before)


@router.post("/images/{subject_id}/rating")
@router.post("/styles/{subject_id}/rating")
def rate(request: Request, subject_id: str, body: Body) -> Response:
    """Say how good one finds it."""
    given = checked(Stars, {"stars": number_in(fields_of(body), "stars")})
    _service(request).rate(request.state.caller, _subject(request, subject_id), given.stars)
    return _back(request, subject_id)


def _place(request: Request) -> str:
    return request.url.path.split("/")[1]


def _subject(request: Request, subject_id: str) -> Subject:
    return Subject(kind=PLACES[_place(request)][0], id=subject_id)


def _shown(request: Request, subject_id: str, **values: Any) -> Response:
    show = PLACES[_place(request)][1]
    return show(request, subject_id, **values)


def _back(request: Request, subject_id: str, notes_before: int | None = None) -> Response:
    query = "" if notes_before is None else f"?notes_before={notes_before}"
    return see(f"/{_place(request)}/{subject_id}{query}#notes")


def _service(request: Request) -> CommentService:
    service: CommentService = request.app.state.comments
    return service
