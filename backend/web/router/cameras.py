"""/cameras: which there are, how each is, and a code for a new one."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.cameras.errors import UnknownCamera
from backend.cameras.found import FoundService
from backend.cameras.pairing import NewCode, PairingService
from backend.cameras.router import CameraSettings, CameraToPair
from backend.cameras.service import CameraService, CameraState
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.people.router import own_address
from backend.web.forms import checked, fields_of
from backend.web.found_words import ACCESSES, FITS
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of, see
from backend.web.setup_steps import setup_values
from backend.web.states import CAMERAS
from contract.found_cameras import Choice, ChosenStream

router = page_router()

DONE = {
    "place": N_("Saved."),
    "chosen": N_("Chosen. The camera box follows within half a minute."),
    "removed": N_("The camera is removed, and its key is refused."),
}


@router.get("/cameras")
def page(request: Request, done: str = "") -> Response:
    """The page."""
    said = pages_of(request).texts(request).gettext(DONE[done]) if done in DONE else ""
    return _page(request, "cameras.html", said=said)


@router.get("/cameras/waiting")
def waiting(request: Request, camera_id: Annotated[str, Query(max_length=128)]) -> Response:
    """How far a camera is that a code was made for; a page asks again and again."""
    state = _waiting(request, camera_id)
    return pages_of(request).render(request, "parts/camera_waiting.html", waiting=state)


@router.post("/cameras")
def make_code(request: Request, body: Body) -> Response:
    """Show a code for a camera, this once: only a digest of it is kept."""
    fields = fields_of(body)
    template = "setup_cameras.html" if fields.pop("in_setup", None) else "cameras.html"
    try:
        code = _code(request, fields)
    except ApiError as error:
        return _page(request, template, error=error)
    return _page(request, template, code=code)


@router.post("/cameras/place")
def set_place(request: Request, body: Body) -> Response:
    """Say where a camera hangs."""
    fields = fields_of(body)
    caller: Caller = request.state.caller
    place = checked(CameraSettings, {"place": fields.get("place") or None}).place
    _cameras(request).set_place(caller.household_id, fields.get("camera_id", ""), place)
    return see("/cameras?done=place")


@router.post("/cameras/chosen")
def choose(request: Request, body: Body) -> Response:
    """Let the box of a camera watch a stream that it has found in its network."""
    fields, caller = fields_of(body), request.state.caller
    camera_id = fields.pop("camera_id", "")
    chosen = checked(ChosenStream, fields)
    found: FoundService = request.app.state.found
    found.choose(caller.household_id, camera_id, Choice(chosen=chosen))
    _audit(request).note(caller, Action.CHOSE_CAMERA, camera_id)
    return see("/cameras?done=chosen")


@router.post("/cameras/removal")
def remove(request: Request, body: Body) -> Response:
    """Forget a camera."""
    camera_id = fields_of(body).get("camera_id", "")
    _cameras(request).remove(camera_id, request.state.caller.household_id)
    _audit(request).note(request.state.caller, Action.REMOVED_CAMERA, camera_id)
    return see("/cameras?done=removed")


def cameras_values(request: Request) -> dict[str, Any]:
    """What parts/cameras.html shows when nothing was sent."""
    found: FoundService = request.app.state.found
    return {
        "cameras": _cameras(request).all(request.state.caller.household_id),
        "found": found.all(request.state.caller.household_id),
        "fits": FITS,
        "accesses": ACCESSES,
        "states": CAMERAS,
        "server_url": own_address(request),
        "code": None,
        "waiting": "",
        "said": "",
        "sentence": "",
    }


def _page(
    request: Request,
    template: str,
    code: NewCode | None = None,
    error: ApiError | None = None,
    said: str = "",
) -> Response:
    pages = pages_of(request)
    in_setup = template == "setup_cameras.html"
    values = cameras_values(request) | {
        "code": code,
        "said": said,
        "sentence": pages.sentence(request, error) if error else "",
        "in_setup": in_setup,
    }
    if in_setup:
        values |= setup_values(request, "cameras")
    return pages.render(request, template, int(error.status) if error else 200, **values)


def _code(request: Request, fields: dict[str, str]) -> NewCode:
    caller: Caller = request.state.caller
    wanted = checked(CameraToPair, {"camera_id": fields.get("camera_id", "").strip()})
    pairing: PairingService = request.app.state.pairing
    made = pairing.make_code(wanted.camera_id, caller.household_id, caller.person_id)
    _audit(request).note(caller, Action.PAIRED_CAMERA, made.camera_id)
    return made


def _waiting(request: Request, camera_id: str) -> str:
    """Empty until the box has its key, then `paired`, and `watching` while it does.

    A recording may be over before anybody has looked: `ended`.
    """
    try:
        camera = _cameras(request).find(camera_id, request.state.caller.household_id)
    except UnknownCamera:
        return ""
    if camera.state is CameraState.WATCHING:
        return "watching"
    if camera.paired_at is None:
        return ""
    return "ended" if camera.state is CameraState.STOPPED else "paired"


def _cameras(request: Request) -> CameraService:
    cameras: CameraService = request.app.state.cameras
    return cameras


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
