"""Opens what people say of things, over the rooms that know these."""

from starlette.datastructures import State

from backend.comments.service import CommentService
from backend.incidents.service import IncidentService
from contract.comments import SubjectKind


def open_comments(state: State) -> None:
    """After all rooms of which something can be said."""
    incidents: IncidentService = state.incidents

    def is_incident(incident_id: str, household_id: int) -> bool:
        return incidents.find(incident_id, household_id) is not None

    state.comments = CommentService(state.database, {SubjectKind.INCIDENT: is_incident})
