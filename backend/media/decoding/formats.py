"""Which format a file is of, by its first bytes, and what of it is opened."""

import re
from typing import IO

from PIL import Image, ImageFile

from backend.media.decoding.bounds import MAX_PIXELS
from backend.media.decoding.refused import Refused
from backend.media.decoding.rewriting.jpeg import check_tags

HEIC_BRANDS = rb"(?:heic|heix|heim|heis|mif1)"
SIGNATURES = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/heic": re.compile(rb"....ftyp" + HEIC_BRANDS, re.DOTALL),
    "image/tiff": re.compile(rb"II\x2a\x00|MM\x00\x2a"),
}
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/tiff": "TIFF",
}


def check_signature(source: IO[bytes], content_type: str) -> None:
    """Raise Refused where the file does not begin as one of its type does."""
    source.seek(0)
    begin = source.read(16)
    source.seek(0)
    if SIGNATURES[content_type].match(begin):
        return
    found = next((name for name, each in SIGNATURES.items() if each.match(begin)), "none of them")
    raise Refused(f"expected a file of {content_type}, its first bytes are of {found}")


def opened(source: IO[bytes], content_type: str) -> ImageFile.ImageFile:
    """The picture, of which nothing is decoded yet; raises Refused and what Pillow raises."""
    if content_type == "image/webp":  # its decoder asks for all memory before it says a size
        check_pixels("WEBP", _webp_size(source))
    if content_type == "image/jpeg":
        check_tags(source)
    source.seek(0)
    image = Image.open(source, formats=[FORMATS[content_type]])
    check_pixels(FORMATS[content_type], image.size)
    is_moving = content_type in ("image/png", "image/webp")
    if is_moving and getattr(image, "is_animated", False):
        raise Refused("the picture is animated, expected a still one")
    return image


def _webp_size(source: IO[bytes]) -> tuple[int, int]:
    """As the first chunk of a WebP says it."""
    source.seek(12)
    head = source.read(18)
    if head[:4] == b"VP8X":
        return _number(head[12:15]) + 1, _number(head[15:18]) + 1
    if head[:4] == b"VP8L":
        both = _number(head[9:13])
        return (both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1
    return _number(head[14:16]) & 0x3FFF, _number(head[16:18]) & 0x3FFF


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def check_pixels(name: str, size: tuple[int, int]) -> None:
    """Raise Refused where a picture of this format has more of them than are decoded."""
    most, (width, height) = MAX_PIXELS[name], size
    if width < 1 or height < 1:
        raise Refused("the picture has no pixels")
    if width * height > most:
        raise Refused(f"expected at most {most} pixels of a {name}, got {width} x {height}")
