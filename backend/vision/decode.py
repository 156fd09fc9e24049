"""Bytes of strangers to pictures: their format, their size, and only then what they show."""

import binascii
import re
import struct
import warnings
from io import BytesIO

import numpy as np
from PIL import Image, PngImagePlugin

from backend.errors import ApiError
from backend.vision.errors import BrokenBase64, BrokenImage, ImageTooLarge, UnsupportedImage
from backend.vision.jpeg import Jpeg, read_jpeg
from common.picture_numbers import ORIENTATION
from modeling.perception.images.task import RgbImage

MAX_BYTES = 4 * 2**20
MAX_PIXELS = 3840 * 2160
SIGNATURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
DATA_URL = re.compile(r"data:image/[a-z0-9.+-]{1,32};base64,", re.IGNORECASE)

SHORT = 3
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Two bytes that are lost at a JPEG's end are not seen: as much of it as two blocks of 16 x 16.
UNSEEN_PIXELS = 2 * 16 * 16

# Pillow's own limits, for what it allocates before the size is known.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
PngImagePlugin.MAX_TEXT_MEMORY = MAX_BYTES
# What it warns of is refused here; a warning would write to the log whatever a stranger likes.
warnings.filterwarnings("ignore", module=r"PIL\.")


def image_format(data: bytes) -> str:
    """ "JPEG", "PNG" or "WEBP", by the first bytes; raises ImageTooLarge or UnsupportedImage."""
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(f"expected a picture of at most {MAX_BYTES} bytes, got {len(data)}")
    for name, signature in SIGNATURES.items():
        if signature.match(data):
            return name
    raise UnsupportedImage("expected a JPEG, PNG or WebP picture; its first bytes are of none")


def from_base64(field: str, text: str) -> bytes:
    """The picture in base64 or a data URL; raises ImageTooLarge or BrokenBase64 naming `field`."""
    prefix = DATA_URL.match(text)
    encoded = text[prefix.end() :] if prefix else text
    if len(encoded) > (MAX_BYTES + 2) // 3 * 4:
        raise ImageTooLarge(f"{field}: expected a picture of at most {MAX_BYTES} bytes")
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError as error:
        raise BrokenBase64(f"{field}: expected base64: {error}") from error


def decode(data: bytes, least: tuple[int, int]) -> RgbImage:
    """The picture, upright; a JPEG may be shrunk, to no less than `least`: width and height.

    Raises ImageTooLarge, UnsupportedImage or BrokenImage.
    """
    name = image_format(data)
    try:
        if name == "JPEG":
            return _decode_jpeg(read_jpeg(data), least)
        with Image.open(BytesIO(data), formats=[name]) as image:
            _check(image)
            return np.asarray(_upright(_to_rgb(image), image.info.get("exif", b"")))
    except ApiError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # Pillow and the codecs below it raise errors of every kind
        fault = "truncated" if _is_truncated(name, data) else "damaged"
        raise BrokenImage(f"the {name} picture is {fault}") from error


def _decode_jpeg(jpeg: Jpeg, least: tuple[int, int]) -> RgbImage:
    """Whatever lies beside the pixels is not asked, and damage is what is missing of them."""
    image, scale = _pixels(jpeg.shown, least)
    corner = np.asarray(image)[-max(2, round(16 * scale)) :, -max(2, round(16 * scale)) :]
    # Where data ends early, the last block is flat.
    if not jpeg.is_ended or (corner == corner[0, 0]).all():
        filled, _ = _pixels(jpeg.filled, least)
        missing = (np.asarray(image) != np.asarray(filled)).any(axis=2).sum()
        if missing > max(4, UNSEEN_PIXELS * scale**2):
            raise BrokenImage("the JPEG picture is truncated")
    return np.asarray(_upright(image, jpeg.exif))


def _pixels(data: bytes, least: tuple[int, int]) -> tuple[Image.Image, float]:
    """The JPEG as it is stored, and by how much it was shrunk."""
    with Image.open(BytesIO(data), formats=["JPEG"]) as image:
        _check(image)
        width = image.width
        image.draft("RGB", least)
        return _to_rgb(image), image.width / width


def _check(image: Image.Image) -> None:
    """Refuse what costs too much, by its header."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if getattr(image, "is_animated", False):
        raise UnsupportedImage(f"the {image.format} picture is animated, expected a still one")


def _too_many_pixels() -> ImageTooLarge:
    return ImageTooLarge(f"expected a picture of at most {MAX_PIXELS} pixels, such as 3840 x 2160")


def _is_truncated(name: str, data: bytes) -> bool:
    if name == "PNG":
        return b"IEND" not in data[-12:]
    return name == "WEBP" and len(data) < int.from_bytes(data[4:8], "little") + 8


def _upright(image: Image.Image, exif: bytes) -> Image.Image:
    turn = TURNS.get(orientation(exif))
    return image if turn is None else image.transpose(turn)


def orientation(exif: bytes) -> int:
    """How the picture lies, 1 to 8, by EXIF; 1 where that cannot be read. Nothing else is read."""
    tiff = exif[6:] if exif[:4] == b"Exif" else exif
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
            if tag == ORIENTATION:
                return int(value) if kind == SHORT and value in TURNS else 1
    except struct.error:  # it ends early
        return 1
    return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    """What is transparent is taken for opaque."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion clips them
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    image.load()
    return image if image.mode == "RGB" else image.convert("RGB")
