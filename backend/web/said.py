"""What people say of a picture or a look, as its page shows it."""

from typing import Any

from fastapi import Request

from backend.comments.service import CommentService
from backend.web.note_views import Draft, note_views
from contract.comments import Subject, SubjectKind

SHOWN = 20
PLACES = {SubjectKind.IMAGE: "/images", SubjectKind.LOOK: "/styles"}


def said_of_subject(
    request: Request, subject: Subject, draft: Draft | None, before: int | None
) -> dict[str, Any]:
    """Its stars and newest notes, or those behind the number `before`, oldest first.

    A draft of a note that is deleted by now would be a new one.
    """
    caller = request.state.caller
    service: CommentService = request.app.state.comments
    found = service.newest(subject, caller.household_id, before, SHOWN + 1)
    written = found[:SHOWN][::-1]
    views = list(note_views(written, request.app.state.people, caller, draft))
    is_new = draft is not None and all(each.draft is None for each in views)
    return {
        "place": f"{PLACES[subject.kind]}/{subject.id}",
        "notes": views,
        "notes_before": before,
        "older": written[0].number if len(found) > SHOWN else None,
        "new_note": draft.text if draft and is_new else "",
        "rating": service.summary(caller, subject),
    }
