"""What people say of a picture or a look, as its page shows it."""

from typing import Any

from fastapi import Request

from backend.comments.service import CommentService
from backend.web.note_views import Draft, note_views
from contract.comments import Subject, SubjectKind

PLACES = {SubjectKind.IMAGE: "/images", SubjectKind.LOOK: "/styles"}


def said_of_subject(request: Request, subject: Subject, draft: Draft | None) -> dict[str, Any]:
    """Its notes and stars; a draft of a note that is deleted by now would be a new one."""
    caller = request.state.caller
    service: CommentService = request.app.state.comments
    written = service.comments(subject, caller.household_id)
    views = list(note_views(written, request.app.state.people, caller, draft))
    is_new = draft is not None and all(each.draft is None for each in views)
    return {
        "place": f"{PLACES[subject.kind]}/{subject.id}",
        "notes": views,
        "new_note": draft.text if draft and is_new else "",
        "rating": service.summary(caller, subject),
    }
