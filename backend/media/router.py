"""/images: pictures that people bring, from the offer to the erasing."""

from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import caregiver_of
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.media.errors import (
    BadImage,
    MediaUnavailable,
    NoConsent,
    UnknownImage,
    WrongImageState,
)
from backend.media.service import MediaService
from backend.storage.errors import DatabaseUnavailable
from contract.media import Image, ImageErased, UploadOffer, UploadWanted

router = APIRouter(prefix="/images", tags=["images"])

MAX_LISTED = 200
WANTED = TypeAdapter(UploadWanted)
ASKED = {"name": "거실.jpg", "content_type": "image/jpeg", "bytes": 1_840_211}
AWAITED = {
    "id": "0d5c2c8e4b7a4f0e8a3b1c2d3e4f5061",
    "household_id": 1,
    "person_id": 1,
    "camera_id": None,
    "incident_id": None,
    "name": "거실.jpg",
    "content_type": "image/jpeg",
    "bytes": 1_840_211,
    "state": "pending",
    "failure": None,
    "width": None,
    "height": None,
    "colour_profile": None,
    "taken_at": None,
    "keeps_place": False,
    "latitude": None,
    "longitude": None,
    "results": [],
    "created_at": 1_795_939_200.0,
    "confirmed_at": None,
    "delete_at": 1_798_531_200.0,
}
IMAGE = AWAITED | {
    "bytes": 1_839_004,
    "state": "confirmed",
    "width": 4032,
    "height": 3024,
    "colour_profile": "Display P3",
    "taken_at": 1_795_930_000.0,
    "confirmed_at": 1_795_939_202.5,
}
OFFER = {
    "image": AWAITED,
    "put": {
        "method": "PUT",
        "url": "/images/put/images/1/0d5c2c8e4b7a4f0e8a3b1c2d3e4f5061/brought.jpg?type=image%2Fjpeg"
        "&bytes=1840211&until=1795939800&signature=…",
        "headers": {"Content-Type": "image/jpeg", "Content-Length": "1840211"},
        "expires_at": 1_795_939_800.0,
    },
}


@router.post(
    "/upload",
    openapi_extra=json_body(WANTED, ASKED),
    responses=answers(OFFER, *OF_A_BODY, NoConsent, MediaUnavailable, DatabaseUnavailable),
)
async def upload(request: Request, body: Body) -> UploadOffer:
    """Ask where to put a picture of at most 50 MiB. For caregivers and owners.

    Put it at `put.url` with exactly these headers within ten minutes, and confirm it then. Nothing
    is kept unless the household has turned that on: PUT /images/consents.
    """
    caller, wanted = caregiver_of(request), parse_model(WANTED, body)
    of = caller.person_id, caller.household_id
    offer = await run_in_threadpool(_service(request).offer, wanted, *of)
    await run_in_threadpool(_audit(request).note, caller, Action.UPLOADED_IMAGE, offer.image.id)
    return offer


@router.post(
    "/{image_id}/confirm",
    responses=answers(
        IMAGE,
        *(UnknownImage, WrongImageState, NoConsent, BadImage),
        *(MediaUnavailable, DatabaseUnavailable),
    ),
)
async def confirm(request: Request, image_id: str) -> Image:
    """Say that the picture was put; it is looked at, and kept. For caregivers and owners.

    Its place and device are taken out of it, unless `keeps_place` was asked for. What was put is
    refused where it is no picture of that type: the reason is `failure` of GET then.
    """
    caller, service = caregiver_of(request), _service(request)
    limiter: anyio.CapacityLimiter = request.app.state.inspections
    # One at a time: those that wait hold up no thread of others.
    image = await anyio.to_thread.run_sync(
        service.confirm, image_id, caller.household_id, limiter=limiter
    )
    await run_in_threadpool(_audit(request).note_rarely, caller, Action.CONFIRMED_IMAGE, image_id)
    return image


@router.get("", responses=answers([IMAGE], InvalidInput, DatabaseUnavailable))
def images(
    request: Request,
    before: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
) -> list[Image]:
    """The pictures that are kept, newest first. For caregivers and owners.

    Those that follow come with `before`: the id of the last one.
    """
    caller = caregiver_of(request)
    _audit(request).looked(caller, "images")
    return _service(request).newest(caller.household_id, before, limit)


@router.get("/{image_id}", responses=answers(IMAGE, UnknownImage, DatabaseUnavailable))
def image(request: Request, image_id: str) -> Image:
    """One picture, also one that is awaited or was not kept. For caregivers and owners."""
    return _service(request).find(image_id, caregiver_of(request).household_id)


@router.delete(
    "/{image_id}",
    responses=answers(
        {"id": AWAITED["id"], "files": ["original.jpg", "thumbnail.webp"]},
        *(UnknownImage, MediaUnavailable, DatabaseUnavailable),
    ),
)
def erase(request: Request, image_id: str) -> ImageErased:
    """Erase a picture with all that was made of it. For caregivers and owners."""
    caller = caregiver_of(request)
    files = _service(request).erase(image_id, caller.household_id)
    _audit(request).note(caller, Action.ERASED_IMAGE, image_id)
    return ImageErased(id=image_id, files=tuple(files))


def _service(request: Request) -> MediaService:
    service: MediaService = request.app.state.media
    return service


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
