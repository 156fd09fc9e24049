"""Opens what people say of things, over the rooms that know these."""

from collections.abc import Callable

from starlette.datastructures import State

from backend.comments.service import CommentService, Exists
from backend.incidents.service import IncidentService
from backend.looks.errors import UnknownLook
from backend.looks.service import LookService
from backend.media.errors import UnknownImage
from backend.media.service import MediaService
from contract.comments import SubjectKind


def open_comments(state: State) -> None:
    """After all rooms of which something can be said."""
    incidents: IncidentService = state.incidents
    media: MediaService = state.media
    looks: LookService = state.looks

    def is_incident(incident_id: str, household_id: int) -> bool:
        return incidents.find(incident_id, household_id) is not None

    state.comments = CommentService(
        state.database,
        {
            SubjectKind.INCIDENT: is_incident,
            SubjectKind.IMAGE: _finds(media.find, UnknownImage),
            SubjectKind.LOOK: _finds(looks.find, UnknownLook),
        },
    )


def _finds(find: Callable[[str, int], object], unknown: type[Exception]) -> Exists:
    def exists(subject_id: str, household_id: int) -> bool:
        try:
            find(subject_id, household_id)
        except unknown:
            return False
        return True

    return exists
