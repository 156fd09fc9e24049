"""PNG: its chunks without those of text, time and EXIF, up to its end."""

import zlib
from typing import IO

from backend.media.decoding.refused import Refused

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
    *(b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"sBIT", b"pHYs", b"bKGD"),
}
MOVING = b"acTL"
MAX_CHUNKS = 50_000
PIECE_BYTES = 2**18


def rewrite(source: IO[bytes], out: IO[bytes], exif: bytes) -> None:
    """Copy what the pixels need, with `exif` as the one that it has; raises Refused."""
    source.seek(len(SIGNATURE))
    out.write(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        head = source.read(8)
        if len(head) < 8:
            raise Refused("the PNG is truncated")
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        if name == MOVING:
            raise Refused("the picture is animated, expected a still one")
        if name in KEPT:
            out.write(head)
            _copy(source, out, length + 4)
        else:
            source.seek(length + 4, 1)
        if name == b"IHDR" and exif:
            out.write(_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")))
        if name == b"IEND":
            return
    raise Refused(f"expected a PNG of at most {MAX_CHUNKS} chunks")


def _copy(source: IO[bytes], out: IO[bytes], length: int) -> None:
    while length:
        piece = source.read(min(length, PIECE_BYTES))
        if not piece:
            raise Refused("the PNG is truncated")
        out.write(piece)
        length -= len(piece)


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + name + data + check
