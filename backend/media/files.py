"""The files of a picture, as they are answered."""

from dataclasses import dataclass

from backend.media.drivers.driver import Driver
from backend.media.errors import UnknownFile
from backend.media.keys import ORIGINAL, THUMBNAIL, key_of
from contract.media import Image, ImageType


@dataclass(frozen=True)
class MediaFile:
    """One file of a picture; `what` is `original`, `thumbnail` or the name of a result.

    No file changes while it is there.
    """

    what: str
    bytes: int
    content_type: ImageType
    made_at: float


def file_of(driver: Driver, image: Image, what: str) -> MediaFile:
    """What is known of one; raises UnknownFile and MediaUnavailable."""
    if image.confirmed_at is None:
        raise UnknownFile(f"the picture is {image.state}, expected one that is confirmed")
    if what == ORIGINAL:
        return MediaFile(what, image.bytes, image.content_type, image.confirmed_at)
    if what == THUMBNAIL:
        stored = driver.find(key_of(image, what))
        if stored is None:
            raise UnknownFile("the thumbnail of the picture is gone")
        return MediaFile(what, stored.bytes, ImageType.WEBP, image.confirmed_at)
    result = next((it for it in image.results if it.name == what), None)
    if result is None:
        raise UnknownFile(f"the picture has no result {what[:40]}")
    return MediaFile(what, result.bytes, result.content_type, result.made_at)
