"""A file that comes as a body."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect, Request

from backend.errors import BodyTooLarge, EncodedBody, InvalidInput
from backend.http.kept_body import keep_body
from backend.storage.blobs import Blobs

GONE = {"type": "http.disconnect"}


def request(
    *chunks: bytes, ends: bool = True, headers: Sequence[tuple[bytes, bytes]] = ()
) -> Request:
    """One whose body comes in these pieces, or breaks off after them."""
    messages = [
        {"type": "http.request", "body": chunk, "more_body": not ends or number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]
    coming = iter([*messages, GONE])

    async def receive() -> dict[str, object]:
        return next(coming)

    scope = {"type": "http", "method": "POST", "headers": list(headers)}
    return Request(scope, receive)  # type: ignore[arg-type]


def left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]


def test_body_is_kept_whole_by_its_digest(tmp_path: Path) -> None:
    blobs, pieces = Blobs(tmp_path), [b"hour\n" * 300_000, b"1\n"]
    digest = asyncio.run(keep_body(request(*pieces), blobs, 2**21))
    assert digest == hashlib.sha256(b"".join(pieces)).hexdigest()
    assert blobs.path(digest).read_bytes() == b"".join(pieces)


def test_content_is_the_one_that_was_said(tmp_path: Path) -> None:
    blobs, said = Blobs(tmp_path), hashlib.sha256(b"x").hexdigest()
    assert asyncio.run(keep_body(request(b"x"), blobs, 10, said)) == said
    with pytest.raises(InvalidInput, match=said):
        asyncio.run(keep_body(request(b"y"), blobs, 10, said))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (request(b"x" * 6, b"x" * 6), BodyTooLarge),
        (request(b"x", ends=False), ClientDisconnect),
        (request(b"x", headers=[(b"content-encoding", b"gzip")]), EncodedBody),
    ],
    ids=["too large", "broken off", "encoded"],
)
def test_what_is_not_kept_leaves_nothing(
    tmp_path: Path, asked: Request, error: type[Exception]
) -> None:
    with pytest.raises(error):
        asyncio.run(keep_body(asked, Blobs(tmp_path), most=10))
    assert left(tmp_path) == []
