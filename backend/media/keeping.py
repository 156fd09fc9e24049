"""Makes of a file that was brought what is kept of it: its original and its thumbnail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from backend.media.drivers.driver import Driver
from backend.media.errors import BadImage, MediaUnavailable, UnknownFile, WrongImageState
from backend.media.inspection import Found, inspect
from backend.media.keys import ORIGINAL, THUMBNAIL, brought_key, key_of
from contract.media import MAX_IMAGE_BYTES, Image, ImageType

PIECE_BYTES = 2**16


@dataclass(frozen=True)
class Kept:
    """What is known of a picture whose files are kept; `bytes` are those of its original."""

    found: Found
    bytes: int


def keep(driver: Driver, image: Image) -> Kept:
    """Look at what was brought, and write what is kept: again and again with the same result.

    The file that was brought is left. Files in the clear have no names, so that a kill leaves
    none. Raises WrongImageState where nothing is there yet, BadImage and MediaUnavailable.
    """
    _check(driver, image)
    try:
        return _kept(driver, image)
    except UnknownFile as error:  # it was there a moment ago
        raise _absent() from error
    except OSError as error:
        raise MediaUnavailable(f"the picture cannot be looked at: {error.strerror}") from error


def _kept(driver: Driver, image: Image) -> Kept:
    with TemporaryFile() as source, TemporaryFile() as original, TemporaryFile() as thumbnail:
        _fill(source, driver.read(brought_key(image)))
        keeps_place = image.keeps_place
        found = inspect(source, original, thumbnail, image.content_type, keeps_place=keeps_place)
        driver.write(key_of(image, THUMBNAIL), pieces(thumbnail), ImageType.WEBP)
        shown = source if keeps_place else original
        whole = driver.write(key_of(image, ORIGINAL), pieces(shown), image.content_type)
    return Kept(found, whole.bytes)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """All of it, from its begin."""
    file.seek(0)
    while piece := file.read(PIECE_BYTES):
        yield piece


def _check(driver: Driver, image: Image) -> None:
    stored = driver.find(brought_key(image))
    if stored is None:
        raise _absent()
    if stored.bytes != image.bytes:
        raise BadImage(f"expected the {image.bytes} bytes that were announced, got {stored.bytes}")
    if stored.content_type != image.content_type:
        raise BadImage(f"expected {image.content_type}, it was put as another type")


def _fill(file: IO[bytes], content: Iterable[bytes]) -> None:
    size = 0
    for piece in content:
        size += len(piece)
        if size > MAX_IMAGE_BYTES:
            raise BadImage(f"expected a picture of at most {MAX_IMAGE_BYTES} bytes")
        file.write(piece)
    file.flush()


def _absent() -> WrongImageState:
    return WrongImageState("nothing was put there yet, expected the PUT of the upload first")
