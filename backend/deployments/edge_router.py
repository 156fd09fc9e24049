"""GET /deployments/edge/{recipe}, which camera boxes ask every 15 s."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from backend.access.packages import CONTENT, UNCHANGED, camera_box_of, package_answer
from backend.deployments.edge import EdgeService
from backend.deployments.errors import NoFile, NothingDeployed
from backend.http.openapi import answers, problems
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
    caller = camera_box_of(request)
    signed = _service(request).package(recipe, caller.household_id)
    return package_answer(request, signed)


@router.get(
    "/{recipe}/files/{sha256}",
    response_class=FileResponse,
    responses={200: CONTENT, **problems(NoFile, DatabaseUnavailable, BlobUnavailable)},
)
def file(request: Request, recipe: str, sha256: str) -> FileResponse:
    """A file of the package that is offered now."""
    caller = camera_box_of(request)
    path = _service(request).file(recipe, sha256, caller.household_id)
    return FileResponse(path, media_type="application/octet-stream")


def _service(request: Request) -> EdgeService:
    service: EdgeService = request.app.state.edge
    return service
