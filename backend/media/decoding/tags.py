"""What a picture says of itself: when it was taken, and where."""

import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from common.picture_numbers import DETAILS, ORIENTATION, PLACE, TAKEN, TAKEN_OFFSET

LATITUDE, LONGITUDE = (1, 2), (3, 4)
# What can be kept of them: how it lies and when it was taken.
KEPT, KEPT_DETAILS = {ORIENTATION, DETAILS}, {TAKEN, TAKEN_OFFSET}

# Those by which a TIFF's own pixels are found.
STRUCTURE = {
    *(254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 296, 317, 320),
    *(338, 339, 34_675),
}
SAYING = ("xmp", "XML:com.adobe.xmp", "comment", "Comment", "photoshop")
UNREADABLE = (OSError, SyntaxError, ValueError, LookupError, TypeError, struct.error)


@dataclass(frozen=True)
class Tags:
    """`taken_at` in seconds since 1970, where the picture says of which time zone its clock was."""

    orientation: int
    taken: str | None
    offset: str | None
    latitude: float | None
    longitude: float | None

    @property
    def taken_at(self) -> float | None:
        """When it was taken; None where it does not say, or not in which time zone."""
        if self.taken is None or self.offset is None:
            return None
        try:
            at = datetime.strptime(f"{self.taken}{self.offset}", "%Y:%m:%d %H:%M:%S%z")
            seconds = at.astimezone(UTC).timestamp()
        except (ValueError, OverflowError):
            return None
        return seconds if seconds >= 0 else None


def tags_of(image: Image.Image) -> Tags:
    """What can be read of its EXIF; what cannot is not known."""
    try:
        exif = image.getexif()
        details, place = exif.get_ifd(DETAILS), exif.get_ifd(PLACE)
        turn = exif.get(ORIENTATION, 1)
    except UNREADABLE:  # the picture may be one all the same
        return Tags(1, None, None, None, None)
    orientation = turn if isinstance(turn, int) and 1 <= turn <= 8 else 1
    taken, offset = _text(details.get(TAKEN)), _text(details.get(TAKEN_OFFSET))
    latitude, longitude = _degrees(place, *LATITUDE, 90.0), _degrees(place, *LONGITUDE, 180.0)
    is_place = latitude is not None and longitude is not None
    where = (latitude, longitude) if is_place else (None, None)
    return Tags(orientation, taken, offset, *where)


def kept_exif(tags: Tags) -> bytes:
    """An EXIF block with no more than how the picture lies and when it was taken; may be empty."""
    exif = Image.Exif()
    if tags.orientation != 1:
        exif[ORIENTATION] = tags.orientation
    if tags.taken_at is not None:
        exif.get_ifd(DETAILS).update({TAKEN: tags.taken, TAKEN_OFFSET: tags.offset})
    return exif.tobytes() if len(exif) or tags.taken_at is not None else b""


def is_clean(image: Image.Image) -> bool:
    """Whether it says nothing else of itself."""
    exif = image.getexif()
    # Of a HEIC it is blanked in its place.
    more = [it for name in SAYING if (it := image.info.get(name)) and it != bytes(len(it))]
    return not more and set(exif) <= KEPT | STRUCTURE and set(exif.get_ifd(DETAILS)) <= KEPT_DETAILS


def _text(value: object) -> str | None:
    return value.strip("\0 ")[:32] if isinstance(value, str) else None


def _degrees(place: dict[int, Any], side: int, value: int, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[value])
        found = degrees + minutes / 60 + seconds / 3600
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isfinite(found) or found > most or found < 0:
        return None
    return -found if place.get(side) in ("S", "W") else found
