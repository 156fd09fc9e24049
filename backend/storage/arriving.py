"""A file that comes piece by piece, to be kept among the blobs."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from backend.errors import BodyTooLarge, InvalidInput
from backend.storage.blobs import Blobs, Staged
from backend.storage.errors import BlobUnavailable
from backend.storage.room import FreeBytes, check_room, free_bytes


class Arriving:
    """Is written piece by piece, `most` bytes, and kept at its end. Methods wait for the disk.

    They raise BodyTooLarge, InvalidInput where it is another content than was said, and
    BlobUnavailable, also where the disk has room only for the record.
    """

    def __init__(self, blobs: Blobs, most: int, free: FreeBytes = free_bytes) -> None:
        self._blobs, self._most, self._free = blobs, most, free
        self._digest, self._bytes = hashlib.sha256(), 0
        self._place = blobs.partial()
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """The next piece."""
        self._bytes += len(data)
        if self._bytes > self._most:
            raise BodyTooLarge(f"expected at most {self._most} bytes")
        with _kept():
            # Each time: how long the file will be, nobody has said.
            check_room(self._place.parent, self._free)
            self._opened().write(data)
        self._digest.update(data)

    def keep(self, sha256: str | None = None) -> str:
        """That was all of it: its digest, which has to be this one where it is given."""
        found = self._digest.hexdigest()
        if sha256 not in (None, found):
            raise InvalidInput(f"expected a body whose SHA-256 is {sha256}")
        with _kept():
            self._opened().close()
        self._blobs.adopt([Staged(found, self._place)])
        return found

    def close(self) -> None:
        """Leave nothing half behind."""
        if self._file is not None:
            with suppress(OSError):  # of a full disk, that what is buffered cannot be written
                self._file.close()
        with suppress(OSError):
            self._place.unlink(missing_ok=True)

    def _opened(self) -> BinaryIO:
        """Opened once: what somebody has deleted meanwhile is not begun again in its middle."""
        if self._file is None:
            self._file = self._place.open("xb")
        return self._file


@contextmanager
def _kept() -> Iterator[None]:
    """Raise BlobUnavailable where the disk refuses."""
    try:
        yield
    except OSError as error:
        raise BlobUnavailable(f"a file cannot be kept: {error.strerror}") from error
