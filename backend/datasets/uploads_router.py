"""Uploads: a zip comes in pieces, in the manner of tus: below /datasets/uploads."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from backend.access.asking import owner_of
from backend.datasets.errors import (
    DiskFull,
    TooManyUploads,
    UnknownDataset,
    UnknownUpload,
    UploadBusy,
    UploadOver,
    WrongOffset,
)
from backend.datasets.piece import Piece
from backend.datasets.schemas import Done
from backend.datasets.uploads import Uploads
from backend.errors import EncodedBody, InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import FILE, OF_A_BODY, answers, json_body
from backend.storage.errors import DatabaseUnavailable
from contract.datasets import MAX_UPLOAD_BYTES, Upload, UploadWanted

router = APIRouter(prefix="/datasets", tags=["datasets"])

WANTED = TypeAdapter(UploadWanted)
ONE = (UnknownUpload, DatabaseUnavailable)
WRITE_BYTES = 2**20
"""So much of a piece is held before it is written."""
Offset = Annotated[int, Header(ge=0, le=MAX_UPLOAD_BYTES)]
UPLOAD = {
    "id": "0d5c2c8e4b7a4f0e8a3b1c2d3e4f5061",
    "household_id": 1,
    "name": "거실에서",
    "kind": "tracks",
    "dataset_id": None,
    "only_changes": False,
    "size": 1_840_211,
    "sha256": None,
    "received": 1_048_576,
    "doing": None,
    "done": None,
    "total": None,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "touched_at": 1_795_939_201.0,
    "finished_at": None,
    "version_id": None,
    "failure": None,
}
A_PIECE = {
    "requestBody": {
        "required": True,
        "content": {"application/offset+octet-stream": {"schema": FILE, "example": "PK…"}},
    }
}


@router.post(
    "",
    openapi_extra=json_body(WANTED, {"name": "거실에서", "kind": "tracks", "size": 1_840_211}),
    responses=answers(
        *(UPLOAD, *OF_A_BODY, UnknownDataset, TooManyUploads, DiskFull, DatabaseUnavailable)
    ),
)
def begin(request: Request, body: Body) -> Upload:
    """Begin to upload a zip, or a table as it is, of which a data set or a new version is made.
    For owners.

    The file follows in pieces: PATCH /datasets/uploads/{id}.
    """
    caller, wanted = owner_of(request), parse_model(WANTED, body)
    return _uploads(request).begin(wanted, caller.household_id, caller.person_id)


@router.get("/uploads", responses=answers([UPLOAD], InvalidInput, DatabaseUnavailable))
def uploads(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Upload]:
    """The newest uploads, newest first. For owners."""
    return _uploads(request).newest(owner_of(request).household_id, limit)


@router.get("/uploads/{upload_id}", responses=answers(UPLOAD, *ONE))
def upload(request: Request, response: Response, upload_id: str) -> Upload:
    """How far an upload is; `Upload-Offset` is where the next piece begins. For owners."""
    return _shown(response, _uploads(request).find(upload_id, owner_of(request).household_id))


@router.patch(
    "/uploads/{upload_id}",
    openapi_extra=A_PIECE,
    responses=answers(UPLOAD, *OF_A_BODY, WrongOffset, UploadBusy, UploadOver, DiskFull, *ONE),
)
async def piece(
    request: Request, response: Response, upload_id: str, upload_offset: Offset
) -> Upload:
    """Go on with an upload at `Upload-Offset`, which GET says. For owners.

    A piece has any length. Where it breaks off, what has come of it counts. A connection has 30 s
    for one. The last one has the zip taken in, as GET says then.
    """
    caller, service = owner_of(request), _uploads(request)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBody("expected a body without Content-Encoding")
    of = upload_id, upload_offset, caller.household_id
    opened = await run_in_threadpool(service.piece, *of)
    try:
        await _receive(request, opened)
    finally:
        await run_in_threadpool(opened.close)
    found = await run_in_threadpool(service.find, upload_id, caller.household_id)
    return _shown(response, found)


@router.delete(
    "/uploads/{upload_id}",
    responses=answers({"success": True}, UploadBusy, UploadOver, *ONE),
)
def give_up(request: Request, upload_id: str) -> Done:
    """Give up an upload of which not all has come. For owners."""
    _uploads(request).give_up(upload_id, owner_of(request).household_id)
    return Done()


async def _receive(request: Request, opened: Piece) -> None:
    """Write the body as it comes; what came before it broke off is written too."""
    held = bytearray()
    try:
        async for chunk in request.stream():
            held += chunk
            if len(held) >= WRITE_BYTES:
                data, held = bytes(held), bytearray()
                await run_in_threadpool(opened.write, data)
    except ClientDisconnect:
        await run_in_threadpool(opened.write, bytes(held))
        raise
    await run_in_threadpool(opened.write, bytes(held))


def _shown(response: Response, found: Upload) -> Upload:
    response.headers["Upload-Offset"] = str(found.received)
    response.headers["Upload-Length"] = str(found.size)
    return found


def _uploads(request: Request) -> Uploads:
    service: Uploads = request.app.state.uploads
    return service
