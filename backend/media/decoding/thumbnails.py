"""The small picture of a picture: upright, in sRGB."""

from typing import IO

import pillow_heif
from PIL import Image, ImageOps

from backend.media.decoding.formats import check_pixels, opened
from common.colour_profile import in_srgb
from common.picture_numbers import THUMBNAIL_SIDE

QUALITY = 80
HEIC = "image/heic"
STRIP_ROWS = 64


def write_thumbnail(source: IO[bytes], content_type: str, out: IO[bytes]) -> tuple[int, int]:
    """Write it as WebP; the sides of the whole as it is to be looked at.

    Raises Refused, MemoryError and what Pillow raises of a picture that is damaged.
    """
    small, size = _small_heic(source) if content_type == HEIC else _small(source, content_type)
    profile = small.info.get("icc_profile")
    # `reduce` and `thumbnail` leave sides that are the other's on end.
    upright = ImageOps.exif_transpose(small)
    is_turned = (upright.width > upright.height) != (size[0] > size[1]) and size[0] != size[1]
    _to_srgb(_eight_bits(upright), profile).save(out, "WEBP", quality=QUALITY)
    return (size[1], size[0]) if is_turned else size


def _small(source: IO[bytes], content_type: str) -> tuple[Image.Image, tuple[int, int]]:
    image = opened(source, content_type)
    size = image.size
    image.draft(None, (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    image.load()
    if image.mode == "P":
        return _thumbnail(_with_info(image.convert("RGBA"), image)), size
    return _thumbnail(image), size


def _small_heic(source: IO[bytes]) -> tuple[Image.Image, tuple[int, int]]:
    """Made smaller strip by strip: the whole would be held twice, as libheif's and as Pillow's."""
    source.seek(0)
    whole = pillow_heif.open_heif(source, convert_hdr_to_8bit=True)[0]
    check_pixels("HEIF", whole.size)
    (width, height), factor = whole.size, max(1, min(whole.size) // (2 * THUMBNAIL_SIDE))
    data, stride, rows = memoryview(whole.data), whole.stride, STRIP_ROWS * factor
    small = Image.new(whole.mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        count = min(rows, height - top)
        part = bytes(data[top * stride : (top + count) * stride])
        strip = Image.frombuffer(whole.mode, (width, count), part, "raw", whole.mode, stride, 1)
        small.paste(strip.reduce(factor), (0, top // factor))
    small.info = {"icc_profile": whole.info.get("icc_profile")}
    return _thumbnail(small), whole.size


def _thumbnail(image: Image.Image) -> Image.Image:
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return image


def _with_info(image: Image.Image, other: Image.Image) -> Image.Image:
    image.info = dict(other.info)
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of more than 8 bits, which Pillow would clip, to 8."""
    if not image.mode.startswith(("I", "F")):
        return image
    low, high = (0, 65_535) if image.mode.startswith("I;16") else image.getextrema()
    scale = 255 / max(float(high) - float(low), 1e-9)  # type: ignore[arg-type]
    offset = -float(low) * scale  # type: ignore[arg-type]
    return image.point(lambda value: value * scale + offset).convert("L")


def _to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    mode = "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
    shown = in_srgb(image, icc_profile) or image.convert(mode)
    shown.info = {}
    return shown
