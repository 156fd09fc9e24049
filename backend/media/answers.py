"""A file over HTTP: whole, a range of it, or that the caller has it already."""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from backend.media.files import MediaFile
from backend.media.keys import ORIGINAL
from contract.media import SUFFIXES, Image

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

Reading = Callable[[int, int], Iterator[bytes]]
"""The bytes from the first number to the second, in pieces."""


def file_answer(request: Request, image: Image, file: MediaFile, read: Reading) -> Response:
    """The answer to a GET of this file; raises what `read` does, before anything is answered."""
    headers = _headers(image, file)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    begin, end = 0, file.bytes
    asked = _range(request.headers.get("range", ""), file.bytes)
    if asked is not None and request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
        begin, end = asked
        if begin >= end:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{file.bytes}"})
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{file.bytes}"
    content = read(begin, end)
    first = next(content, b"")  # what refuses does so here, while the status can still say it
    status = 206 if "Content-Range" in headers else 200
    headers["Content-Length"] = str(end - begin)
    return StreamingResponse(chain([first], content), status, headers, file.content_type.value)


def shows(answer: Response) -> bool:
    """Whether it has any of the file, for somebody who did not have it."""
    return answer.status_code in (200, 206)


def _headers(image: Image, file: MediaFile) -> dict[str, str]:
    stem = image.name.rpartition(".")[0] or image.name
    shown = stem if file.what == ORIGINAL else f"{stem} {file.what.partition('.')[0]}"
    name = quote(f"{shown}.{SUFFIXES[file.content_type]}", safe="")
    kept = "no-store" if file.what == ORIGINAL else "private, no-cache"
    return {
        "ETag": f'"{image.id}-{quote(file.what)}-{int(file.made_at * 1000)}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": kept,
        "Content-Disposition": f"inline; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def _range(asked: str, size: int) -> tuple[int, int] | None:
    """From where to where; None where no range is asked, or several: the whole answers that."""
    found = RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size
