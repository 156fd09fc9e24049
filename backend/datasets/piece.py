"""A piece of an upload: what one request writes to the disk."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from backend.datasets.errors import DiskFull
from backend.errors import BodyTooLarge
from contract.datasets import Upload

SYNC_BYTES = 8 * 2**20
"""A kill of the machine costs no more than these bytes of a piece."""


class Piece:
    """What is being written of an upload, from where the disk has it; see `Uploads.piece`."""

    def __init__(
        self, upload: Upload, file: BinaryIO, note: Callable[[int], None], end: Callable[[], None]
    ) -> None:
        self.upload, self._file, self._note, self._end = upload, file, note, end
        self._synced = self._offset = upload.received

    def write(self, data: bytes) -> None:
        """Go on with `data`; raises BodyTooLarge and DiskFull."""
        if self._offset + len(data) > self.upload.size:
            raise BodyTooLarge(f"expected {self.upload.size} bytes in all, as was said")
        with _full_said():
            self._file.write(data)
        self._offset += len(data)
        if self._offset - self._synced >= SYNC_BYTES:
            self._sync()

    def close(self) -> None:
        """What was written is on the disk, and counts."""
        try:
            self._sync()
        finally:
            with suppress(OSError):  # of a full disk, that what is buffered cannot be written
                self._file.close()
            self._end()

    def _sync(self) -> None:
        with _full_said():
            self._file.flush()
            os.fsync(self._file.fileno())
        self._synced = self._offset
        self._note(self._synced)


@contextmanager
def _full_said() -> Iterator[None]:
    """Raise DiskFull where the disk refuses for that."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull("the disk is full; what is on it already counts") from error
