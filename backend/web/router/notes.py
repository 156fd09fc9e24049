"""/incidents/{id}/notes: what people write of an incident, by forms that need no script."""

from fastapi import Request, Response

from backend.comments.errors import CommentEdited, UnknownComment
from backend.comments.router import CommentNumber, delete_comment, edit
from backend.escalation.service import EscalationService
from backend.http.bodies import Body
from backend.web.forms import checked, fields_of
from backend.web.note_views import Draft
from backend.web.page_route import page_router, see
from backend.web.router.incidents import show, speaker_of
from contract.comments import CommentEdit, CommentText

router = page_router()


@router.post("/incidents/{incident_id}/notes")
def write(request: Request, incident_id: str, body: Body) -> Response:
    """Write a note."""
    said = checked(CommentText, fields_of(body))
    service: EscalationService = request.app.state.escalation
    service.note(incident_id, speaker_of(request), said.text)
    return see(f"/incidents/{incident_id}#notes")


@router.post("/incidents/{incident_id}/notes/{number}")
def change(request: Request, incident_id: str, number: CommentNumber, body: Body) -> Response:
    """Edit a note; one that is another by now is shown beside what would be lost."""
    fields = fields_of(body)
    wanted = checked(CommentEdit, fields | {"edited_at": fields.get("edited_at") or None})
    try:
        edit(request, number, wanted)
    except (CommentEdited, UnknownComment) as error:
        return show(request, incident_id, draft=Draft(number, wanted.text), error=error)
    return see(f"/incidents/{incident_id}#notes")


@router.post("/incidents/{incident_id}/notes/{number}/removal")
def delete(request: Request, incident_id: str, number: CommentNumber) -> Response:
    """Delete a note."""
    delete_comment(request, number)
    return see(f"/incidents/{incident_id}#notes")
