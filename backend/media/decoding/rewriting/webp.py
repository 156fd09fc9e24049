"""WebP: its chunks without those of EXIF and XMP."""

import struct
from typing import IO

from backend.media.decoding.refused import Refused

EXTENDED, MOVING = b"VP8X", b"ANIM"
KEPT = {EXTENDED, b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}
HAS_EXIF, HAS_XMP = 0x08, 0x04
MAX_CHUNKS = 1000


def rewrite(source: IO[bytes], out: IO[bytes], exif: bytes) -> None:
    """Copy what the pixels need, with `exif` as the one that it has; raises Refused."""
    source.seek(0)
    (size,) = struct.unpack("<4xI4x", source.read(12))
    chunks: list[bytes] = []
    while source.tell() < size + 8 and len(chunks) < MAX_CHUNKS:
        name, data = _chunk(source)
        if name == MOVING:
            raise Refused("the picture is animated, expected a still one")
        if name == EXTENDED:
            data = _flags(data, bool(exif))
        if name in KEPT:
            chunks.append(_packed(name, data))
    if exif and chunks and chunks[0][:4] == EXTENDED:
        chunks.append(_packed(b"EXIF", exif.removeprefix(b"Exif\0\0")))
    body = sum(len(chunk) for chunk in chunks)
    out.write(b"RIFF" + struct.pack("<I", body + 4) + b"WEBP")
    for chunk in chunks:
        out.write(chunk)


def _chunk(source: IO[bytes]) -> tuple[bytes, bytes]:
    head = source.read(8)
    if len(head) < 8:
        raise Refused("the WebP is truncated")
    name, length = head[:4], int.from_bytes(head[4:], "little")
    data = source.read(length)
    if len(data) < length:
        raise Refused("the WebP is truncated")
    source.seek(length % 2, 1)
    return name, data


def _flags(data: bytes, has_exif: bool) -> bytes:
    kept = data[:1][0] & ~(HAS_EXIF | HAS_XMP) if data else 0
    return bytes([kept | (HAS_EXIF if has_exif else 0)]) + data[1:]


def _packed(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
