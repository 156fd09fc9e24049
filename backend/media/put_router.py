"""Where pictures are put by a signed address: below /images/put."""

from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from backend.errors import BodyTooLarge, EncodedBody, InvalidInput
from backend.http.connection_limits import BoundedConnection
from backend.http.openapi import FILE, OF_A_BODY, answers
from backend.media.drivers.draft import Draft
from backend.media.drivers.local import LocalDriver
from backend.media.drivers.sealed_file import SEGMENT
from backend.media.errors import BadSignature, MediaUnavailable, UnknownFile, WrongImageState
from backend.media.signing import PUT_FOLDER, AllowedPut
from contract.media import MAX_IMAGE_BYTES, UPLOAD_SEC, ImageType

router = APIRouter(tags=["images"])

A_PICTURE = {
    "requestBody": {
        "required": True,
        "content": {kind.value: {"schema": FILE, "example": "…"} for kind in ImageType},
    }
}


DISK = CapacityLimiter(4)
"""So many write at a time: each thread costs memory, and other routes need theirs."""


class Done(BaseModel):
    """The picture is on the disk, and waits to be confirmed."""

    success: bool = True


@router.put(
    f"{PUT_FOLDER}{{key:path}}",
    openapi_extra=A_PICTURE,
    responses=answers(
        {"success": True}, *OF_A_BODY, BadSignature, UnknownFile, WrongImageState, MediaUnavailable
    ),
)
async def put_picture(
    request: Request,
    key: str,
    content_type: Annotated[ImageType, Query(alias="type")],
    length: Annotated[int, Query(alias="bytes", gt=0, le=MAX_IMAGE_BYTES)],
    until: Annotated[int, Query(ge=0, lt=2**53)],
    signature: Annotated[str, Query(max_length=100)],
) -> Done:
    """Put a picture where POST /images/upload says. For anybody who has that address, once.

    It takes ten minutes at most. What breaks off leaves nothing.
    """
    put = AllowedPut(key, content_type.value, length, until)
    driver = _local_driver(request)
    _check_headers(request, put)
    draft = await run_sync(driver.begin_put, put, signature, limiter=DISK)
    try:
        if connection := _connection(request):  # its address is as good as a key
            connection.admit()
            connection.allow_body(UPLOAD_SEC)
        await _receive(request, draft, length)
        await run_sync(driver.end_put, put, draft, limiter=DISK)
    finally:
        await run_sync(draft.discard, limiter=DISK)
    return Done()


async def _receive(request: Request, draft: Draft, length: int) -> None:
    """Write the body as it comes; raises BodyTooLarge and InvalidInput where it is of another."""
    connection, held = _connection(request), b""
    async for chunk in request.stream():
        held = held + chunk if held else chunk
        if draft.length + len(held) > length:
            raise BodyTooLarge(f"expected {length} bytes, as was signed")
        if len(held) < SEGMENT:
            continue
        if connection:  # else the next chunk would be in memory while this one waits for the disk
            connection.hold_body()
        await run_sync(draft.write, held, limiter=DISK)
        held = b""
    await run_sync(draft.write, held, limiter=DISK)
    if draft.length < length:
        raise InvalidInput(f"expected {length} bytes, as was signed, got {draft.length}")


def _check_headers(request: Request, put: AllowedPut) -> None:
    """Raise EncodedBody and BadSignature where they are others than was signed."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBody("expected a body without Content-Encoding")
    if request.headers.get("content-type", "").lower() != put.content_type:
        raise BadSignature(f"expected Content-Type: {put.content_type}, as was signed")
    # A body in chunks says no length: it is counted.
    if request.headers.get("content-length", str(put.bytes)) != str(put.bytes):
        raise BadSignature(f"expected Content-Length: {put.bytes}, as was signed")


def _connection(request: Request) -> BoundedConnection | None:
    """That by which it came; there is none where a test asks within one process."""
    found: BoundedConnection | None = request.scope["state"].get("connection")
    return found


def _local_driver(request: Request) -> LocalDriver:
    driver = request.app.state.media_driver
    if not isinstance(driver, LocalDriver):
        raise UnknownFile("pictures are put to the S3 store, where POST /images/upload says")
    return driver
