"""A file that a worker on another machine gives this server to keep."""

import hashlib
import secrets

from backend.errors import InvalidInput
from backend.storage.blobs import Blobs, Staged
from backend.storage.errors import BlobUnavailable
from contract.datasets import MAX_UPLOAD_BYTES

FOLDER = "arriving"


class Arriving:
    """Is written piece by piece, and kept at its end. Methods wait for the disk.

    They raise InvalidInput where it is another content than `sha256` says, or more than
    MAX_UPLOAD_BYTES, and BlobUnavailable.
    """

    def __init__(self, blobs: Blobs, sha256: str) -> None:
        self._blobs, self._sha256 = blobs, sha256
        self._digest, self._bytes = hashlib.sha256(), 0
        self._place = blobs.staging(FOLDER) / secrets.token_hex(8)
        blobs.place(sha256)

    def write(self, data: bytes) -> None:
        """The next piece."""
        self._bytes += len(data)
        if self._bytes > MAX_UPLOAD_BYTES:
            raise InvalidInput(f"expected a file of at most {MAX_UPLOAD_BYTES} bytes")
        self._digest.update(data)
        try:
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._place.open("ab") as file:
                file.write(data)
        except OSError as error:
            raise BlobUnavailable(f"a file cannot be kept: {error.strerror}") from error

    def keep(self) -> None:
        """That was all of it."""
        if self._digest.hexdigest() != self._sha256:
            raise InvalidInput(f"expected a body whose SHA-256 is {self._sha256}")
        self._blobs.adopt([Staged(self._sha256, self._place)])

    def close(self) -> None:
        """Leave nothing half behind."""
        self._place.unlink(missing_ok=True)
