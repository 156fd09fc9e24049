"""Whose key a request carries."""

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from pydantic import SecretStr

from backend.access.rate_limit import RequestLimiter
from backend.errors import TooManyRequests, shorten
from backend.http.client_log import logger
from backend.http.network import subnet_of

WRONG_KEYS_PER_SEC = 2.0
"""Of one address, after ten seconds' worth of them at once."""


@dataclass(frozen=True)
class Caller:
    """The household, which may do everything, one of its cameras, or a stranger without a key."""

    name: str
    camera_id: str | None = None


HOUSEHOLD = Caller("household")
STRANGER = Caller("stranger")


class Keyring:
    """The household's key, and those of single cameras."""

    def __init__(
        self,
        api_key: SecretStr,
        camera_keys: Mapping[str, SecretStr],
        wrong: RequestLimiter | None = None,
    ) -> None:
        self._wrong = wrong or RequestLimiter(WRONG_KEYS_PER_SEC)
        self._callers = [(_digest(_bytes(api_key)), HOUSEHOLD)]
        for camera_id, key in camera_keys.items():
            self._callers.append((_digest(_bytes(key)), Caller(f"camera {camera_id}", camera_id)))

    def identify(self, key: bytes, address: str, path: str) -> Caller:
        """Whose `key` this is, a stranger's if it is empty.

        One that is nobody's leaves a line, and after some of them the address gets TooManyRequests
        for them; a right key from there is taken all the same.
        """
        caller = self._owner(key) if key else STRANGER
        if key and caller is STRANGER:
            logger.warning("%s shows a wrong key at %r", address, shorten(path))
            if wait := self._wrong.take(subnet_of(address)):
                raise TooManyRequests(math.ceil(wait), "wrong keys")
        return caller

    def _owner(self, key: bytes) -> Caller:
        """Each key is compared, all in constant time: how much was right must not show."""
        given = _digest(key)
        found = STRANGER
        for expected, caller in self._callers:
            if hmac.compare_digest(given, expected):
                found = caller
        return found


def bearer_key(authorization: bytes) -> bytes:
    """The key in an `Authorization: Bearer`; empty if there is none.

    The scheme may be in any case, and blanks around a key are none of it (RFC 9110).
    """
    scheme, _, key = authorization.strip().partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else b""


def _bytes(key: SecretStr) -> bytes:
    return key.get_secret_value().strip().encode()


def _digest(key: bytes) -> bytes:
    return sha256(key).digest()
