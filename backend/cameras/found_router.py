"""GET and PUT /cameras/{camera_id}/found, and PUT /cameras/{camera_id}/chosen."""

from fastapi import APIRouter, Request
from pydantic import TypeAdapter

from backend.access.middleware import check_household
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.cameras.errors import NotFoundByBox
from backend.cameras.found import Found, FoundService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from contract.found_cameras import Choice, FoundCameras
from contract.names import CameraName

router = APIRouter(prefix="/cameras", tags=["cameras"])

FOUND, CHOICE = TypeAdapter(FoundCameras), TypeAdapter(Choice)
CAMERA = {
    "id": "4fa0c5b0-1dd2-11b2-a105-000000000007",
    "name": "Front door",
    "maker": "Dolcam",
    "model": "DC-1",
    "access": "open",
    "streams": [
        {
            "token": "sub",
            "name": "SubStream",
            "codec": "H264",
            "width": 640,
            "height": 480,
            "fps": 15.0,
            "fit": "good",
        }
    ],
}
CHOSEN = {"camera": CAMERA["id"], "stream": "sub"}
SHOWN = {"found_at": 1_795_939_200.0, "cameras": [CAMERA], "chosen": CHOSEN}


@router.put(
    "/{camera_id:path}/found",
    openapi_extra=json_body(FOUND, {"cameras": [CAMERA]}),
    responses=answers({"chosen": CHOSEN}, *OF_A_BODY),
)
def take_found(request: Request, camera_id: CameraName, body: Body) -> Choice:
    """Say which network cameras the box of a camera has found; which stream it is to watch.

    The box does, by its own key. Neither addresses nor passwords are taken.
    """
    found = parse_model(FOUND, body)
    return _service(request).take(request.state.caller.household_id, camera_id, found)


@router.get("/{camera_id:path}/found", responses=answers(SHOWN, InvalidInput))
def found(request: Request, camera_id: CameraName) -> Found:
    """Which network cameras the box of a camera has found, each with its best stream first."""
    return _service(request).of(request.state.caller.household_id, camera_id)


@router.put(
    "/{camera_id:path}/chosen",
    openapi_extra=json_body(CHOICE, {"chosen": CHOSEN}),
    responses=answers(SHOWN, *OF_A_BODY, NotFoundByBox),
)
def choose(request: Request, camera_id: CameraName, body: Body) -> Found:
    """Let the box of a camera watch a stream that it has found; null lets it watch none of them.

    A box that was started with `--source onvif://` follows within half a minute.
    """
    check_household(request.state.caller)
    choice, caller = parse_model(CHOICE, body), request.state.caller
    shown = _service(request).choose(caller.household_id, camera_id, choice)
    audit: AuditService = request.app.state.audit
    audit.note(caller, Action.CHOSE_CAMERA, camera_id)
    return shown


def _service(request: Request) -> FoundService:
    service: FoundService = request.app.state.found
    return service
