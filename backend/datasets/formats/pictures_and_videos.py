"""Whether a picture or a video can be what its name says, from its first bytes."""

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from backend.datasets.formats.base import suffix_of, unusable

PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".bmp": "BMP"}
MAX_PIXELS = 100_000_000
MATROSKA = (0, b"\x1a\x45\xdf\xa3")
ISO = (4, b"ftyp")
CONTAINERS = {".mp4": ISO, ".mov": ISO, ".m4v": ISO, ".mkv": MATROSKA, ".webm": MATROSKA} | {
    ".avi": (8, b"AVI ")
}
"""Where in a file its kind's mark stands."""


def check_picture(path: str, place: Path) -> None:
    """Raises UnusableFiles unless its header is that of a picture of its name's kind."""
    expected = PICTURES[suffix_of(path)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(place, formats=[expected]) as picture:
                width, height = picture.size
    except UnidentifiedImageError as error:
        raise unusable(path, f"expected a {expected} picture") from error
    except Exception as error:  # Pillow's errors on a foreign file share no base class
        raise unusable(path, f"expected a {expected} picture that can be read") from error
    if not 0 < width * height <= MAX_PIXELS:
        raise unusable(path, f"expected at most {MAX_PIXELS // 10**6} million pixels")


def check_video(path: str, place: Path) -> None:
    """Raises UnusableFiles unless it begins as a video of its name's kind does."""
    offset, mark = CONTAINERS[suffix_of(path)]
    with place.open("rb") as file:
        head = file.read(offset + len(mark))
    if head[offset:] != mark:
        raise unusable(path, f"expected a video, it does not begin as {suffix_of(path)} files do")
