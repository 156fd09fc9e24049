"""The key of all pictures: set, or made at the first start; never sent or written anywhere else."""

import logging
import secrets
import threading
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from common.files import made_once

logger = logging.getLogger(__name__)

NAME = "media.key"
"""Below DATA_DIR, beside the database."""
KEY_BYTES = 32
ID_BYTES = 8


class MediaKey:
    """The key that was set, or the one at `path`, read or made at its first use.

    Thread-safe; servers and workers share it.

    Nothing is encrypted by it itself: each purpose, and each file, has a key derived from it.
    Methods raise OSError where it cannot be read or made.
    """

    def __init__(self, path: Path, set_one: SecretStr | None = None) -> None:
        self._path, self._lock = path.absolute(), threading.Lock()
        self._key = bytes.fromhex(set_one.get_secret_value()) if set_one else None

    def derive(self, purpose: str, salt: bytes = b"") -> bytes:
        """The key of 32 bytes for one purpose."""
        info = b"dolbom " + purpose.encode()
        return HKDF(SHA256(), KEY_BYTES, salt, info).derive(self._master())

    def id(self) -> bytes:
        """Eight bytes by which a file says which key it needs; they tell nothing of the key."""
        return self.derive("id")[:ID_BYTES]

    def _master(self) -> bytes:
        with self._lock:
            if self._key is None:
                self._key = self._read()
            return self._key

    def _read(self) -> bytes:
        text, is_new = made_once(self._path, lambda: secrets.token_hex(KEY_BYTES), KEY_BYTES)
        try:
            key = bytes.fromhex(text)
        except ValueError:
            raise OSError(f"{self._path} holds no key: bring it back from a copy") from None
        if is_new:
            logger.info("%s is made: keep a copy, without it no picture can be read", self._path)
        return key
