"""GET /incidents/{incident_id}/poses."""

from fastapi import APIRouter, Request

from backend.audit.service import AuditService
from backend.http.openapi import answers
from backend.incidents.errors import UnknownIncident
from backend.incidents.service import IncidentService
from backend.poses.errors import NoPoses, PosesUnavailable
from backend.poses.service import PoseService
from contract.layout import JOINTS
from contract.poses import Replay

router = APIRouter(prefix="/incidents", tags=["incidents"])

PERSON = {"person": 1, "joints": [[0.5, 0.25, 0.98]] * len(JOINTS)}
REPLAY = {
    "incident_id": "5f3a9c1e7b2d4608",
    "camera_id": "living room",
    "is_partial": False,
    "aspect": 1.7778,
    "frames": [{"at": 1_795_939_200.0, "people": [PERSON]}],
    "scores": [{"at": 1_795_939_200.0, "person": 1, "scores": {"fall": 0.02, "lying": 0.31}}],
}


@router.get(
    "/{incident_id}/poses", responses=answers(REPLAY, UnknownIncident, NoPoses, PosesUnavailable)
)
def poses(request: Request, incident_id: str) -> Replay:
    """The poses from 10 s before an incident to 20 s after it, and the detector's scores.

    Each joint is x and y in shares of the picture, and how well it is seen, 0 where it is only
    held. Partial is what still goes on, and what was broken off by the end of the server.
    """
    incidents: IncidentService = request.app.state.incidents
    service: PoseService = request.app.state.poses
    if incidents.find(incident_id, request.state.caller.household_id) is None:
        raise UnknownIncident(f"no incident {incident_id[:32]!r}")
    audit: AuditService = request.app.state.audit
    audit.looked(request.state.caller, f"replay {incident_id}")
    return service.replay(incident_id)
