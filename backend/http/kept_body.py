"""A body that is a file, kept among the blobs as it comes."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from backend.errors import EncodedBody
from backend.storage.arriving import Arriving
from backend.storage.blobs import Blobs

WRITE_BYTES = 2**20


async def keep_body(request: Request, blobs: Blobs, most: int, sha256: str | None = None) -> str:
    """The digest of the body, once it is kept; what breaks off leaves nothing.

    Raises EncodedBody, BodyTooLarge, InvalidInput where it is another content than `sha256` says,
    BlobUnavailable, and ClientDisconnect where it ends early.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBody("expected a body without Content-Encoding")
    arriving, held = Arriving(blobs, most), bytearray()
    try:
        async for chunk in request.stream():
            held += chunk
            if len(held) >= WRITE_BYTES:
                data, held = bytes(held), bytearray()
                await run_in_threadpool(arriving.write, data)
        await run_in_threadpool(arriving.write, bytes(held))
        return await run_in_threadpool(arriving.keep, sha256)
    finally:
        await run_in_threadpool(arriving.close)
