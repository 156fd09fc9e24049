"""Pictures of strangers, generated from a seed: bombs, damage, lies, and some that are good.

Each kind makes as many as are asked for, no two alike. None must cost the server more than its
process may; each is converted or refused.
"""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from contract.media import ImageType
from testkit.telling_pictures import telling

SEED = 78
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class BadPicture:
    """What is brought as which type, and of which kind it is."""

    kind: str
    content: bytes
    content_type: ImageType


Made = tuple[bytes, ImageType]


def bad_pictures(count: int, seed: int = SEED) -> Iterator[BadPicture]:
    """So many, of all kinds in turn; the same for the same seed."""
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        content, content_type = KINDS[kind](random.Random(f"{seed} {number}"))  # noqa: S311
        yield BadPicture(kind, content, content_type)


def _good(rng: random.Random) -> Made:
    content_type = rng.choice(list(ImageType))
    sides = rng.randrange(16, 900), rng.randrange(16, 900)
    return telling(content_type, sides, rng.randrange(1, 9)), content_type


def _truncated(rng: random.Random) -> Made:
    content, content_type = _good(rng)
    return content[: rng.randrange(1, len(content))], content_type


def _flipped(rng: random.Random) -> Made:
    content, content_type = _good(rng)
    flipped = bytearray(content)
    for _ in range(rng.randrange(1, 200)):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped), content_type


def _wrong_type(rng: random.Random) -> Made:
    content, content_type = _good(rng)
    return content, rng.choice([it for it in ImageType if it is not content_type])


def _noise(rng: random.Random) -> Made:
    content, content_type = _good(rng)
    return content[:16] + rng.randbytes(rng.randrange(20_000)), content_type


def _polyglot(rng: random.Random) -> Made:
    content, content_type = _good(rng)
    others = (
        b"PK\3\4",
        b"<script>alert(1)</script>",
        b"%PDF-1.7",
        b"#!/bin/sh\nexit 1\n",
        b"GIF89a",
    )
    return content + rng.choice(others) * rng.randrange(1, 2000), content_type


def _bomb(rng: random.Random) -> Made:
    """Few bytes, many pixels: all of them there."""
    width, height = rng.randrange(4000, 30_000), rng.randrange(4000, 20_000)
    line = zlib.compressobj(1)
    row = bytes(1 + width // 8 + 1)
    data = b"".join(line.compress(row) for _ in range(height)) + line.flush()
    return _png(width, height, 1, 0, data), ImageType.PNG


def _claimed_sides(rng: random.Random) -> Made:
    """Sides that nothing follows, zero among them."""
    sides = [0, 1, 2**31 - 1, 2**32 - 1, rng.randrange(2**32), 65_535]
    width, height = rng.choice(sides), rng.choice(sides)
    if rng.random() < 0.5:
        return _png(
            width, height, rng.choice((1, 8, 16)), rng.choice((0, 2, 3, 6)), b""
        ), ImageType.PNG
    content = bytearray(telling(ImageType.JPEG, (64, 48)))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height & 0xFFFF, width & 0xFFFF)
    return bytes(content), ImageType.JPEG


def _webp_canvas(rng: random.Random) -> Made:
    sides = (
        struct.pack("<I", rng.randrange(2**24))[:3] + struct.pack("<I", rng.randrange(2**24))[:3]
    )
    body = b"VP8X" + struct.pack("<I", 10) + bytes([rng.randrange(256), 0, 0, 0]) + sides
    body += rng.randbytes(rng.randrange(2000))
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body, ImageType.WEBP


def _animated(rng: random.Random) -> Made:
    kind, content_type = rng.choice([("PNG", ImageType.PNG), ("WEBP", ImageType.WEBP)])
    frames = [Image.new("RGB", (64, 48), (shade, 9, 9)) for shade in range(0, 250, 50)]
    more = frames[1 : rng.randrange(2, 6)]
    return _encoded(frames[0], kind, save_all=True, append_images=more), content_type


def _pages(rng: random.Random) -> Made:
    frames = [Image.new("L", (rng.randrange(1, 99), 50), shade) for shade in range(0, 250, 25)]
    return _encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]), ImageType.TIFF


def _odd_colours(rng: random.Random) -> Made:
    mode, kind, content_type = rng.choice(
        [
            *(("I;16", "PNG", ImageType.PNG), ("P", "PNG", ImageType.PNG)),
            *(("LA", "PNG", ImageType.PNG), ("1", "PNG", ImageType.PNG)),
            *(("CMYK", "JPEG", ImageType.JPEG), ("L", "JPEG", ImageType.JPEG)),
            *(("I;16", "TIFF", ImageType.TIFF), ("F", "TIFF", ImageType.TIFF)),
            *(("CMYK", "TIFF", ImageType.TIFF), ("LAB", "TIFF", ImageType.TIFF)),
            *(("I", "TIFF", ImageType.TIFF), ("RGBA", "WEBP", ImageType.WEBP)),
        ]
    )
    sides = rng.randrange(1, 600), rng.randrange(1, 600)
    return _encoded(Image.new(mode, sides), kind), content_type


def _huge_exif(rng: random.Random) -> Made:
    count = rng.randrange(1, 300)
    said = b"".join(
        b"\xff\xe1" + struct.pack(">H", 65_535) + b"Exif\0\0" + rng.randbytes(64) + bytes(65_463)
        for _ in range(count)
    )
    content = telling(ImageType.JPEG, (64, 48))
    return content[:2] + said + content[2:], ImageType.JPEG


def _text_bomb(rng: random.Random) -> Made:
    """A chunk of some KB that is up to 200 MB once it is unpacked."""
    packed = zlib.compress(bytes(rng.randrange(10, 200) * 2**20), 9)
    name = rng.choice((b"zTXt", b"iCCP"))
    content = telling(ImageType.PNG, (64, 48))
    chunk = _chunk(name, b"a name\0\0" + packed)
    return content[:33] + chunk + content[33:], ImageType.PNG


def _many_scans(rng: random.Random) -> Made:
    sides = rng.randrange(500, 4000), rng.randrange(500, 4000)
    content = _encoded(Image.new("RGB", sides, (90, 9, 9)), "JPEG", progressive=True)
    scan = content.index(b"\xff\xda")
    following = content.index(b"\xff", scan + 14)
    more = content[scan:following] * rng.randrange(10, 5000)
    return content[:following] + more + content[following:], ImageType.JPEG


def _many_segments(rng: random.Random) -> Made:
    content = telling(ImageType.JPEG, (64, 48))
    more = b"\xff\xfe\0\2" * rng.randrange(10_000, 200_000)
    return content[:2] + more + content[2:], ImageType.JPEG


def _many_chunks(rng: random.Random) -> Made:
    content = telling(ImageType.PNG, (64, 48))
    more = _chunk(b"prVt", b"") * rng.randrange(10_000, 200_000)
    return content[:33] + more + content[33:], ImageType.PNG


def _heic_boxes(rng: random.Random) -> Made:
    """Boxes within boxes, of sizes and places that are not so."""

    def box(depth: int) -> bytes:
        name = rng.choice((b"meta", b"iinf", b"iloc", b"iprp", b"ipco", b"idat", b"mdat", b"infe"))
        inner = b"".join(box(depth + 1) for _ in range(rng.randrange(4))) if depth < 4 else b""
        body = bytes(4) * rng.randrange(2) + inner + rng.randbytes(rng.randrange(60))
        size = rng.choice((len(body) + 8, len(body) + 8, 0, 1, 2**32 - 1, rng.randrange(2**16)))
        return struct.pack(">I", size) + name + body

    head = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic"
    return head + b"".join(box(0) for _ in range(rng.randrange(1, 9))), ImageType.HEIC


def _heic_places(rng: random.Random) -> Made:
    """A good one, with damage among what says where its items lie."""
    content = bytearray(telling(ImageType.HEIC, (64, 48)))
    begin = content.index(b"iloc")
    for _ in range(rng.randrange(1, 12)):
        content[begin + rng.randrange(4, 90)] = rng.randrange(256)
    return bytes(content), ImageType.HEIC


def _tiff_offsets(rng: random.Random) -> Made:
    """Directories that lie outside, in one another, or in a circle, of entries that lie."""
    entries = rng.randrange(1, 60)
    tags = (256, 257, 258, 259, 262, 273, 277, 278, 279, 322, 323, 330, 34_665, 34_853, 700)
    ifd = struct.pack("<H", entries)
    for _ in range(entries):
        count = rng.choice((1, 2, 2**16, 2**31 - 1, 2**32 - 1))
        place = rng.choice((8, rng.randrange(2**32), rng.randrange(900), 1))
        ifd += struct.pack("<HHII", rng.choice(tags), rng.randrange(1, 14), count, place)
    ifd += struct.pack("<I", rng.choice((0, 8, rng.randrange(2**32))))
    return b"II*\0" + struct.pack("<I", 8) + ifd + rng.randbytes(900), ImageType.TIFF


def _tiff_bomb(rng: random.Random) -> Made:
    sides = rng.randrange(3000, 9000), rng.randrange(3000, 9000)
    image = Image.new("1", sides)
    return _encoded(image, "TIFF", compression="group4"), ImageType.TIFF


def _largest(rng: random.Random) -> Made:
    """With nearly as many pixels as are let in, or more than there is memory for."""
    kind, content_type, mode, side = rng.choice(
        [
            ("PNG", ImageType.PNG, "RGBA", 3540),
            ("TIFF", ImageType.TIFF, "CMYK", 3540),
            ("WEBP", ImageType.WEBP, "RGB", 1900),
            ("JPEG", ImageType.JPEG, "L", 9900),
            ("JPEG", ImageType.JPEG, "RGB", 5000),
        ]
    )
    image = Image.new(mode, (side - rng.randrange(99), side - rng.randrange(99)))
    options: dict[str, dict[str, Any]] = {
        "PNG": {"compress_level": 1},
        "TIFF": {"compression": "tiff_lzw"},
        "WEBP": {"method": 0},
        "JPEG": {"progressive": side == 5000, "subsampling": 0},
    }
    return _encoded(image, kind, **options[kind]), content_type


def _png(width: int, height: int, bits: int, colour: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return PNG_SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


KINDS: dict[str, Callable[[random.Random], Made]] = {
    "good": _good,
    "truncated": _truncated,
    "flipped bytes": _flipped,
    "wrong type": _wrong_type,
    "noise": _noise,
    "polyglot": _polyglot,
    "bomb": _bomb,
    "claimed sides": _claimed_sides,
    "canvas of a WebP": _webp_canvas,
    "animated": _animated,
    "pages": _pages,
    "odd colours": _odd_colours,
    "huge EXIF": _huge_exif,
    "bomb of text": _text_bomb,
    "many scans": _many_scans,
    "many segments": _many_segments,
    "many chunks": _many_chunks,
    "boxes of a HEIC": _heic_boxes,
    "places of a HEIC": _heic_places,
    "offsets of a TIFF": _tiff_offsets,
    "bomb of a TIFF": _tiff_bomb,
    "as large as is let in": _largest,
}
