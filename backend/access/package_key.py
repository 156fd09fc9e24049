"""The key by which this server signs what camera boxes are to serve."""

import base64
import threading
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.files import made_once

SHORTEST_PEM = 100


class PackageKey:
    """Thread-safe. Made when it is first asked for, and then the same for ever.

    Camera boxes go by the first that they see: with a new one each has to be paired again. Its
    methods raise OSError where the disk refuses.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "access" / "package.pem"
        self._lock = threading.Lock()
        self._key: Ed25519PrivateKey | None = None

    def public(self) -> str:
        """In base64: what a camera box pins."""
        return base64.b64encode(self._private().public_key().public_bytes_raw()).decode()

    def sign(self, content: bytes) -> str:
        """The Ed25519 signature, in base64."""
        return base64.b64encode(self._private().sign(content)).decode()

    def _private(self) -> Ed25519PrivateKey:
        with self._lock:
            if self._key is None:
                self._key = _read(self._path)
            return self._key


def _read(path: Path) -> Ed25519PrivateKey:
    pem, _ = made_once(path, _new_pem, SHORTEST_PEM)
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except ValueError as error:
        raise OSError(f"{path} holds no key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise OSError(f"{path} holds a key of another kind")
    return key


def _new_pem() -> str:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()
