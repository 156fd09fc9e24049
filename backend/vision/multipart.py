"""multipart/form-data in memory: no picture touches the disk."""

import asyncio
import sys
from collections.abc import AsyncGenerator

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from backend.errors import InvalidInput, NotJson, shorten

MULTIPART = "multipart/form-data"
# `file` is what most forms call a picture.
PARTS = ("model_name", "image", "file", "image_base64", "previous")
PIECE_BYTES = 64 * 2**10


class _InMemory(MultiPartParser):
    spool_max_size = sys.maxsize
    is_complete = False

    def on_end(self) -> None:
        self.is_complete = True


async def parse_parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts by their names, only those of PARTS; raises NotJson or InvalidInput."""
    # In latin-1 every byte is a character, so that text can be made the bytes again that it was.
    headers = Headers({"content-type": f"{content_type}; charset=latin-1"})
    limits = {"max_files": len(PARTS), "max_fields": len(PARTS), "max_part_size": len(body)}
    parser = _InMemory(headers, _pieces(body), **limits)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise NotJson(f"expected multipart/form-data: {error.message}") from error
    try:
        if not parser.is_complete:
            raise NotJson("expected multipart/form-data with its last boundary")
        return await _by_name(form)
    finally:
        await form.close()


async def _pieces(body: bytes) -> AsyncGenerator[bytes, None]:
    """Between two pieces the event loop serves other requests."""
    for start in range(0, len(body), PIECE_BYTES):
        yield body[start : start + PIECE_BYTES]
        await asyncio.sleep(0)


async def _by_name(form: FormData) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for name, content in form.multi_items():
        if name not in PARTS or name in parts:
            raise InvalidInput(f"expected the parts {PARTS} once each, got {shorten(name)!r}")
        if isinstance(content, UploadFile):
            parts[name] = await content.read()
        else:
            parts[name] = content.encode("latin-1", errors="replace")
    return parts
