"""The files of a picture, and who looked at them: below /images."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from backend.access.asking import caregiver_of
from backend.audit.service import AuditService
from backend.errors import InvalidInput
from backend.http.openapi import FILE, Responses, answers, problems
from backend.media.answers import file_answer, shows
from backend.media.errors import MediaUnavailable, UnknownFile, UnknownImage
from backend.media.keys import ORIGINAL, THUMBNAIL
from backend.media.router import IMAGE, MAX_LISTED
from backend.media.service import MediaService
from backend.media.views import ViewService
from backend.storage.errors import DatabaseUnavailable
from contract.media import ImageView

router = APIRouter(prefix="/images", tags=["images"])

VIEW = {"image_id": IMAGE["id"], "person_id": 1, "what": "original", "at": 1_795_939_300.0}
A_PICTURE: Responses = {200: {"content": {"image/jpeg": {"schema": FILE, "example": "…"}}}}
OF_A_FILE: Responses = {
    **A_PICTURE,
    206: {"description": "The bytes that a Range names."},
    304: {"description": "The caller has it already."},
    416: {"description": "The Range begins after the end."},
    **problems(UnknownImage, UnknownFile, MediaUnavailable, DatabaseUnavailable),
}


@router.get("/{image_id}/original", response_class=StreamingResponse, responses=OF_A_FILE)
def original(request: Request, image_id: str) -> Response:
    """The picture itself. For caregivers and owners; each look is on record."""
    return _file(request, image_id, ORIGINAL)


@router.get("/{image_id}/thumbnail", response_class=StreamingResponse, responses=OF_A_FILE)
def thumbnail(request: Request, image_id: str) -> Response:
    """A WebP of at most 400 x 400. For caregivers and owners; each look is on record."""
    return _file(request, image_id, THUMBNAIL)


@router.get("/{image_id}/results/{name}", response_class=StreamingResponse, responses=OF_A_FILE)
def result(request: Request, image_id: str, name: str) -> Response:
    """What a job made of it. For caregivers and owners; each look is on record."""
    return _file(request, image_id, name)


@router.get("/{image_id}/views", responses=answers([VIEW], InvalidInput, DatabaseUnavailable))
def views(
    request: Request, image_id: str, limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50
) -> list[ImageView]:
    """Who looked at it, newest first, also once it is erased. For caregivers and owners."""
    return _views(request).newest(image_id, caregiver_of(request).household_id, limit)


def _file(request: Request, image_id: str, what: str) -> Response:
    caller, service = caregiver_of(request), _service(request)
    found = service.find(image_id, caller.household_id)
    file = service.file(found, what)
    answer = file_answer(
        request, found, file, lambda begin, end: service.read(found, what, begin, end)
    )
    if shows(answer):
        _views(request).note(found, what, caller.person_id)
        _audit(request).looked(caller, f"image {image_id}")
    return answer


def _service(request: Request) -> MediaService:
    service: MediaService = request.app.state.media
    return service


def _views(request: Request) -> ViewService:
    service: ViewService = request.app.state.image_views
    return service


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
