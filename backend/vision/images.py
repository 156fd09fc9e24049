"""Bytes of strangers to pictures: their format, their size, and only then what they show."""

import re
import warnings
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

from backend.errors import ApiError, BrokenImage, ImageTooLarge, UnsupportedImage
from modeling.vision.task import RgbImage

MAX_BYTES = 4 * 2**20
MAX_PIXELS = 3840 * 2160
# Each scan of a progressive JPEG goes over the whole picture, and may be a few bytes long.
MAX_SCANS = 64
START_OF_SCAN = b"\xff\xda"
SIGNATURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
}

# Pillow's own limits, for what it allocates before it tells the size.
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


def decode(data: bytes, least: tuple[int, int]) -> RgbImage:
    """The picture, upright; a JPEG may be shrunk, to no less than `least`: width and height.

    Raises ImageTooLarge, UnsupportedImage or BrokenImage.
    """
    name = image_format(data)
    try:
        with Image.open(BytesIO(data), formats=[name]) as image:
            _check(image, data)
            image.draft("RGB", least)
            ImageOps.exif_transpose(image, in_place=True)
            return np.asarray(_to_rgb(image))
    except ApiError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # Pillow and the codecs below it raise errors of every kind
        fault = "truncated" if _is_truncated(name, data, error) else "damaged"
        raise BrokenImage(f"the {name} picture is {fault}") from error


def _check(image: Image.Image, data: bytes) -> None:
    """Refuse what costs too much, by its header."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    # Phones put a second picture behind the first one (MPO); the first one is what they show.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise UnsupportedImage(f"the {image.format} picture is animated, expected a still one")
    if image.format in {"JPEG", "MPO"} and data.count(START_OF_SCAN) > MAX_SCANS:
        raise UnsupportedImage(f"expected a JPEG of at most {MAX_SCANS} scans")


def _too_many_pixels() -> ImageTooLarge:
    return ImageTooLarge(f"expected a picture of at most {MAX_PIXELS} pixels, such as 3840 x 2160")


def _is_truncated(name: str, data: bytes, error: Exception) -> bool:
    if name == "PNG":
        return b"IEND" not in data[-12:]
    if name == "WEBP":
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    return "truncated" in str(error).lower()


def _to_rgb(image: Image.Image) -> Image.Image:
    """What is transparent is taken for opaque."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion clips them
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")
