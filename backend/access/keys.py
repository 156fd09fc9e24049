"""Whose key a request carries."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from pydantic import SecretStr


@dataclass(frozen=True)
class Caller:
    """The household, which may everything, or one of its cameras; without a key a stranger."""

    name: str
    camera_id: str | None = None


HOUSEHOLD = Caller("household")
STRANGER = Caller("stranger")


class Keyring:
    """The household's key, and those of single cameras."""

    def __init__(self, api_key: SecretStr, camera_keys: Mapping[str, SecretStr]) -> None:
        self._callers = [(_expected(api_key), HOUSEHOLD)]
        for camera_id, key in camera_keys.items():
            self._callers.append((_expected(key), Caller(f"camera {camera_id}", camera_id)))

    def caller(self, authorization: bytes) -> Caller:
        """Whose key stands in this `Authorization` header.

        Each key is compared, all in constant time: how much of one was right must not show.
        """
        given = sha256(authorization).digest()
        found = STRANGER
        for expected, caller in self._callers:
            if hmac.compare_digest(given, expected):
                found = caller
        return found


def _expected(key: SecretStr) -> bytes:
    return sha256(f"Bearer {key.get_secret_value()}".encode()).digest()
