"""Where pictures are put by a signed address: below /images/put."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from backend.errors import BodyTooLarge, EncodedBody, InvalidInput
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
    """Put a picture where POST /images/upload says. For whoever has that address, once.

    It takes ten minutes at most. What breaks off leaves nothing.
    """
    put = AllowedPut(key, content_type.value, length, until)
    driver = _local_driver(request)
    _check_headers(request, put)
    draft = await run_in_threadpool(driver.begin_put, put, signature)
    try:
        _give_time(request)
        await _receive(request, draft, length)
        await run_in_threadpool(driver.end_put, put, draft)
    finally:
        await run_in_threadpool(draft.discard)
    return Done()


async def _receive(request: Request, draft: Draft, length: int) -> None:
    """Write the body as it comes; raises BodyTooLarge and InvalidInput where it is of another."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if draft.length + len(held) > length:
            raise BodyTooLarge(f"expected {length} bytes, as was signed")
        if len(held) >= SEGMENT:
            data, held = bytes(held), bytearray()
            await run_in_threadpool(draft.write, data)
    await run_in_threadpool(draft.write, bytes(held))
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


def _give_time(request: Request) -> None:
    """Its address is as good as a key, and lets it take longer than other bodies."""
    if connection := request.scope["state"].get("connection"):
        connection.admit()
        connection.allow_body(UPLOAD_SEC)


def _local_driver(request: Request) -> LocalDriver:
    driver = request.app.state.media_driver
    if not isinstance(driver, LocalDriver):
        raise UnknownFile("pictures are put to the S3 store, where POST /images/upload says")
    return driver
