"""A file that a worker on another machine gives this server to keep."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from backend.errors import InvalidInput
from backend.storage.blobs import Blobs, Staged
from backend.storage.errors import BlobUnavailable
from backend.storage.room import FreeBytes, check_room, free_bytes
from contract.datasets import MAX_UPLOAD_BYTES


class Arriving:
    """Is written piece by piece, and kept at its end. Methods wait for the disk.

    They raise InvalidInput where it is another content than `sha256` says, or more than
    MAX_UPLOAD_BYTES, and BlobUnavailable, also where the disk has room for the record alone.
    """

    def __init__(self, blobs: Blobs, sha256: str, free: FreeBytes = free_bytes) -> None:
        self._blobs, self._sha256, self._free = blobs, sha256, free
        self._digest, self._bytes = hashlib.sha256(), 0
        self._place = blobs.partial()
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """The next piece."""
        self._bytes += len(data)
        if self._bytes > MAX_UPLOAD_BYTES:
            raise InvalidInput(f"expected a file of at most {MAX_UPLOAD_BYTES} bytes")
        with _kept():
            # Each time: how long the file will be, nobody has said.
            check_room(self._place.parent, self._free)
            self._opened().write(data)
        self._digest.update(data)

    def keep(self) -> None:
        """That was all of it."""
        if self._digest.hexdigest() != self._sha256:
            raise InvalidInput(f"expected a body whose SHA-256 is {self._sha256}")
        with _kept():
            self._opened().close()
        self._blobs.adopt([Staged(self._sha256, self._place)])

    def close(self) -> None:
        """Leave nothing half behind."""
        if self._file is not None:
            with suppress(OSError):  # of a full disk, that what is buffered cannot be written
                self._file.close()
        with suppress(OSError):
            self._place.unlink(missing_ok=True)

    def _opened(self) -> BinaryIO:
        """Opened once: what somebody has deleted meanwhile is not begun anew in its middle."""
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
