"""A CSV file that comes as the body of a request, to be kept among the blobs."""

import hashlib
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from backend.errors import BodyTooLarge, EncodedBody
from backend.storage.blobs import Blobs, Staged
from backend.storage.errors import BlobUnavailable

MAX_CSV_BYTES = 100 * 2**20
WRITE_BYTES = 2**20


async def keep_body(request: Request, blobs: Blobs, most: int = MAX_CSV_BYTES) -> str:
    """The digest of the body, once it is kept; what breaks off leaves nothing.

    Raises EncodedBody, BodyTooLarge, BlobUnavailable, and ClientDisconnect where it ends early.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBody("expected a body without Content-Encoding")
    draft = await run_in_threadpool(_Draft, blobs, most)
    held = bytearray()
    try:
        async for chunk in request.stream():
            held += chunk
            if len(held) >= WRITE_BYTES:
                data, held = bytes(held), bytearray()
                await run_in_threadpool(draft.write, data)
        await run_in_threadpool(draft.write, bytes(held))
        return await run_in_threadpool(draft.keep)
    finally:
        await run_in_threadpool(draft.discard)


class _Draft:
    """The file as far as it has come."""

    def __init__(self, blobs: Blobs, most: int) -> None:
        self._blobs, self._left = blobs, most
        self._most, self._digest = most, hashlib.sha256()
        self._place = blobs.partial()

    def write(self, data: bytes) -> None:
        """The next piece; raises BodyTooLarge and BlobUnavailable."""
        self._left -= len(data)
        if self._left < 0:
            raise BodyTooLarge(f"expected at most {self._most} bytes")
        self._digest.update(data)
        try:
            with self._place.open("ab") as file:
                file.write(data)
        except OSError as error:
            raise BlobUnavailable(f"a file cannot be kept: {error.strerror}") from error

    def keep(self) -> str:
        """Its digest: that was all of it."""
        self._blobs.adopt([Staged(self._digest.hexdigest(), self._place)])
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Leave nothing half behind."""
        with suppress(OSError):
            self._place.unlink(missing_ok=True)
