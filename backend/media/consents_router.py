"""/images/consents: whose pictures the household keeps; and what a camera box brings of them."""

from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from pydantic import TypeAdapter

from backend.access.asking import owner_of
from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.cameras.errors import UnknownCamera
from backend.cameras.service import CameraService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model, read_body
from backend.http.openapi import FILE, OF_A_BODY, answers, json_body
from backend.media.consents import ConsentService, of_source
from backend.media.errors import BadImage, MediaUnavailable, NoConsent
from backend.media.router import IMAGE
from backend.media.service import MediaService
from backend.storage.errors import DatabaseUnavailable
from contract.media import Consent, ConsentWanted, ConsentWithdrawn, Image
from contract.names import CameraName, Name

router = APIRouter(prefix="/images", tags=["images"])

MAX_CAMERA_BYTES = 4 * 2**20
WANTED = TypeAdapter(ConsentWanted)
ASKED = {"camera_id": None, "days": 30}
CONSENT = {"camera_id": None, "days": 30, "given_by": 1, "given_at": 1_795_939_200.0}
PEOPLE = "people"
KEY_PICTURE = IMAGE | {"person_id": None, "camera_id": "거실", "incident_id": "5f3a9c1e7b2d4608"}
A_JPEG = {
    "requestBody": {
        "required": True,
        "content": {"image/jpeg": {"schema": FILE, "example": "…"}},
    }
}


@router.get("/consents", responses=answers([CONSENT], DatabaseUnavailable))
def consents(request: Request) -> list[Consent]:
    """Whose pictures are kept, and how many days each. For caregivers and owners.

    `camera_id` null is what people bring. Of whom nothing stands there, nothing is kept.
    """
    caller: Caller = request.state.caller
    check_role(caller, Role.CAREGIVER)
    return _service(request).all(caller.household_id)


@router.put(
    "/consents",
    openapi_extra=json_body(WANTED, ASKED),
    responses=answers(CONSENT, *OF_A_BODY, UnknownCamera, DatabaseUnavailable),
)
def give(request: Request, body: Body) -> Consent:
    """Let pictures of a camera, or those that people bring, be kept for so many days. For owners.

    `days` null keeps them until somebody erases them. What is kept already goes by it too.
    """
    return keep_from_now(request, parse_model(WANTED, body))


def keep_from_now(request: Request, wanted: ConsentWanted) -> Consent:
    """The same for the caller; raises Forbidden and UnknownCamera."""
    caller = owner_of(request)
    if wanted.camera_id is not None:
        _cameras(request).find(wanted.camera_id, caller.household_id)
    given = _service(request).give(wanted, caller.person_id, caller.household_id)
    _audit(request).note(caller, Action.GAVE_CONSENT, wanted.camera_id or PEOPLE)
    return given


@router.delete(
    "/consents",
    responses=answers(
        {"camera_id": None, "erased": 12}, InvalidInput, MediaUnavailable, DatabaseUnavailable
    ),
)
def withdraw(
    request: Request, camera_id: CameraName | None = None, erase: bool = False
) -> ConsentWithdrawn:
    """Keep no more of such pictures; with `erase` those that are kept go too. For owners."""
    caller = owner_of(request)
    _service(request).withdraw(camera_id, caller.household_id)
    _audit(request).note(caller, Action.WITHDREW_CONSENT, camera_id or PEOPLE)
    mine = of_source(camera_id, caller.household_id)
    erased = _media(request).erase_all(*mine) if erase else 0
    return ConsentWithdrawn(camera_id=camera_id, erased=erased)


@router.post(
    "/of-camera",
    openapi_extra=A_JPEG,
    responses=answers(
        KEY_PICTURE, *OF_A_BODY, NoConsent, BadImage, MediaUnavailable, DatabaseUnavailable
    ),
)
async def bring(
    request: Request,
    camera_id: Annotated[CameraName, Query()],
    incident_id: Annotated[Name | None, Query()] = None,
) -> Image:
    """Keep the key picture of an incident: a JPEG of at most 4 MiB. For camera boxes.

    It is refused, and nothing of it kept, unless the household has turned that on for this camera.
    """
    caller: Caller = request.state.caller
    _cameras(request).check_senders(caller, {camera_id})
    if caller.camera_id is None:
        check_role(caller, Role.OWNER)
    content = await read_body(request, MAX_CAMERA_BYTES)
    if not content:
        raise BadImage("expected the bytes of a JPEG")
    keep, limiter = _media(request).keep_camera_picture, request.app.state.inspections
    of = camera_id, content, incident_id, caller.household_id
    return await anyio.to_thread.run_sync(keep, *of, limiter=limiter)


def _service(request: Request) -> ConsentService:
    service: ConsentService = request.app.state.consents
    return service


def _media(request: Request) -> MediaService:
    service: MediaService = request.app.state.media
    return service


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit


def _cameras(request: Request) -> CameraService:
    cameras: CameraService = request.app.state.cameras
    return cameras
