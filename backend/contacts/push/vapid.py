"""The key by which push services know this server (VAPID, RFC 8292)."""

import threading
from base64 import urlsafe_b64encode
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)

from common.files import made_once

LIFETIME_SEC = 12 * 3600
"""Push services take 24 h at most."""
SHORTEST_PEM = 100
NOBODY = "mailto:dolbom@example.org"
"""Whom a push service may write to, where PUBLIC_URL does not say it."""


class VapidKey:
    """Thread-safe. Made when it is first asked for, and then the same for ever.

    A new one would end all subscriptions. Its methods raise OSError where the disk refuses.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "access" / "vapid.pem"
        self._lock = threading.Lock()
        self._key: EllipticCurvePrivateKey | None = None

    def public(self) -> str:
        """What a browser subscribes with, in base64url."""
        point = (
            self._private()
            .public_key()
            .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, audience: str, subject: str | None, now: float) -> str:
        """The header for the push service at `audience`; `now` is in seconds since 1970."""
        claims = {"aud": audience, "exp": int(now) + LIFETIME_SEC, "sub": subject or NOBODY}
        token = jwt.encode(claims, self._private(), algorithm="ES256")
        return f"vapid t={token},k={self.public()}"

    def _private(self) -> EllipticCurvePrivateKey:
        with self._lock:
            if self._key is None:
                self._key = _read(self._path)
            return self._key


def _read(path: Path) -> EllipticCurvePrivateKey:
    pem, _ = made_once(path, _new_pem, SHORTEST_PEM)
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except ValueError as error:
        raise OSError(f"{path} holds no key") from error
    if not (isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)):
        raise OSError(f"{path} holds a key of another kind")
    return key


def _new_pem() -> str:
    pem = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()
