"""GET /deployments/edge/{recipe}, which camera boxes ask every 15 s."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.deployments.edge import EdgeService
from backend.deployments.errors import NoFile, NothingDeployed
from backend.http.openapi import FILE, Responses, answers, problems
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from contract.deployments import SignedPackage

router = APIRouter(prefix="/deployments/edge", tags=["deployments"])

PACKAGE = {
    "package": {
        "recipe": "fall-lstm",
        "version_id": "0f6c1d2e3b4a59687786950413223140",
        "version": "d725e7f1",
        "files": {"model.onnx": {"sha256": "ab" * 32, "size": 683032}},
        "made_at": 1_795_939_200.0,
        "sequence": 1_795_939_200,
    },
    "signature": "c2lnbmVk" * 11,
    "key": "cHVibGlj" * 5 + "a2U=",
}
UNCHANGED: Responses = {304: {"description": "What `If-None-Match` names is still to serve."}}
CONTENT = {"content": {"application/octet-stream": {"schema": FILE, "example": "its bytes"}}}


@router.get(
    "/{recipe}",
    response_model=SignedPackage,
    responses=answers(PACKAGE, NothingDeployed, DatabaseUnavailable, BlobUnavailable) | UNCHANGED,
)
def package(request: Request, recipe: str) -> Response:
    """What camera boxes are to serve of a recipe, signed; 304 where it has not changed.

    The signature is Ed25519, over `dolbom edge package 1`, a line end, and the package as JSON with
    its names in order and without blanks.
    """
    caller = _checked(request)
    signed = _service(request).package(recipe, caller.household_id)
    etag = f'"{signed.package.sequence}-{signed.key[:8]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    return Response(signed.model_dump_json(), media_type="application/json", headers=headers)


@router.get(
    "/{recipe}/files/{sha256}",
    response_class=FileResponse,
    responses={200: CONTENT, **problems(NoFile, DatabaseUnavailable, BlobUnavailable)},
)
def file(request: Request, recipe: str, sha256: str) -> FileResponse:
    """A file of the package that is offered now."""
    caller = _checked(request)
    path = _service(request).file(recipe, sha256, caller.household_id)
    return FileResponse(path, media_type="application/octet-stream")


def _checked(request: Request) -> Caller:
    """A camera box, or who may do all."""
    caller: Caller = request.state.caller
    if caller.camera_id is None:
        check_role(caller, Role.OWNER)
    return caller


def _service(request: Request) -> EdgeService:
    service: EdgeService = request.app.state.edge
    return service
