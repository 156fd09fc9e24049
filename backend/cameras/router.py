"""GET and POST /cameras, and GET, PUT and DELETE /cameras/{camera_id}[/zones]."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.middleware import check_household
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.cameras.errors import (
    CameraHasKey,
    TooManyCodes,
    UnknownCamera,
    ZonesUnavailable,
)
from backend.cameras.pairing import PairingService
from backend.cameras.service import CameraService, CameraShown
from backend.cameras.store import ZoneStore
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from contract.names import CameraName, Name
from contract.zones import Zones

router = APIRouter(prefix="/cameras", tags=["cameras"])

ZONES = TypeAdapter(Zones)
EXAMPLE = {
    "zones": [
        {"name": "bed", "kind": "rest", "polygon": [[0.1, 0.5], [0.5, 0.5], [0.5, 0.8], [0.1, 0.8]]}
    ]
}
CAMERA = {
    "camera_id": "living room",
    "place": "on the bookshelf",
    "key": "paired",
    "paired_at": 1_795_939_000.0,
    "state": "watching",
    "heard_at": 1_795_939_200.0,
    "moved_at": 1_795_939_197.0,
    "picture": "ok",
    "inference": "remote",
    "model": "d725e7f1",
    "model_failure": None,
    "night_look": "gamma",
    "night_look_failure": None,
    "detail": None,
}
CODE = {"camera_id": "living room", "code": "048213", "expires_at": 1_795_939_800.0}


class CameraToPair(BaseModel):
    """For which camera a code is wanted."""

    model_config = ConfigDict(extra="forbid")

    camera_id: CameraName


class CodeShown(BaseModel):
    """The code for `run-agent --pair`, shown once; `expires_at` is in seconds since 1970 (UTC)."""

    camera_id: str
    code: str
    expires_at: float


class CameraSettings(BaseModel):
    """What the household says of a camera: where it hangs, in its own words."""

    model_config = ConfigDict(extra="forbid")

    place: Annotated[Name, Field(max_length=60)] | None


class Removed(BaseModel):
    """The camera is known no more, and its key is refused."""

    camera_id: str


TO_PAIR, SETTINGS = TypeAdapter(CameraToPair), TypeAdapter(CameraSettings)


@router.get("", responses=answers([CAMERA]))
def cameras(request: Request) -> list[CameraShown]:
    """All cameras: those that are kept, that CAMERA_KEYS names, and that were heard of."""
    return _service(request).all(request.state.caller.household_id)


@router.post(
    "",
    openapi_extra=json_body(TO_PAIR, {"camera_id": "living room"}),
    responses=answers(CODE, *OF_A_BODY, CameraHasKey, TooManyCodes),
)
def make_code(request: Request, body: Body) -> CodeShown:
    """Make the code by which a camera box gets a key: good for 10 minutes, once.

    In other households than the first one the camera is called `<name>.h<household>` from then on.
    """
    caller = request.state.caller
    wanted = parse_model(TO_PAIR, body)
    pairing: PairingService = request.app.state.pairing
    made = pairing.make_code(wanted.camera_id, caller.household_id, caller.person_id)
    _audit(request).note(caller, Action.PAIRED_CAMERA, made.camera_id)
    return CodeShown(camera_id=made.camera_id, code=made.code, expires_at=made.expires_at)


# A camera's name may have slashes: what ends in /zones is asked first.
@router.get(
    "/{camera_id:path}/zones",
    responses=answers(EXAMPLE, InvalidInput, UnknownCamera, ZonesUnavailable),
)
async def zones(request: Request, camera_id: CameraName) -> Zones:
    """The zones of a camera; none where nobody has set any."""
    _service(request).check_own(camera_id, request.state.caller.household_id)
    return await run_in_threadpool(_zones(request).read, camera_id)


@router.put(
    "/{camera_id:path}/zones",
    openapi_extra=json_body(ZONES, EXAMPLE),
    responses=answers(EXAMPLE, *OF_A_BODY, UnknownCamera, ZonesUnavailable),
)
async def set_zones(request: Request, camera_id: CameraName, body: Body) -> Zones:
    """Let these be all zones of a camera; its box reads them within minutes."""
    check_household(request.state.caller)
    _service(request).check_own(camera_id, request.state.caller.household_id)
    zones = parse_model(ZONES, body)
    await run_in_threadpool(_zones(request).write, camera_id, zones)
    return zones


@router.get("/{camera_id:path}", responses=answers(CAMERA, InvalidInput, UnknownCamera))
def camera(request: Request, camera_id: CameraName) -> CameraShown:
    """One camera."""
    return _service(request).find(camera_id, request.state.caller.household_id)


@router.put(
    "/{camera_id:path}",
    openapi_extra=json_body(SETTINGS, {"place": "on the bookshelf"}),
    responses=answers(CAMERA, *OF_A_BODY, UnknownCamera),
)
def set_camera(request: Request, camera_id: CameraName, body: Body) -> CameraShown:
    """Say where a camera hangs; null says nothing of it any more."""
    place = parse_model(SETTINGS, body).place
    return _service(request).set_place(request.state.caller.household_id, camera_id, place)


@router.delete(
    "/{camera_id:path}",
    responses=answers({"camera_id": "living room"}, InvalidInput, UnknownCamera),
)
def remove_camera(request: Request, camera_id: CameraName) -> Removed:
    """Forget a camera: the key that its box was given is refused from now on.

    A key of CAMERA_KEYS goes on to open until it is taken out there.
    """
    _service(request).remove(camera_id, request.state.caller.household_id)
    _audit(request).note(request.state.caller, Action.REMOVED_CAMERA, camera_id)
    return Removed(camera_id=camera_id)


def _zones(request: Request) -> ZoneStore:
    store: ZoneStore = request.app.state.zones
    return store


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit


def _service(request: Request) -> CameraService:
    service: CameraService = request.app.state.cameras
    return service
