"""Whose key a request carries."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pydantic import SecretStr

from backend.access.rate_limit import RequestLimiter
from backend.access.roles import Role
from backend.errors import TooManyRequests, shown
from backend.http.client_log import logger
from backend.http.network import subnet_of

FIRST_HOUSEHOLD = 1
"""The one that a server is set up for, and whose key it is given."""
NO_HOUSEHOLD = 0
"""Of who belongs to none: no row is of this one."""
WRONG_KEYS_PER_SEC = 2.0
"""Of one address, after ten seconds' worth of them at once."""


@dataclass(frozen=True)
class Caller:
    """A person of the household, whoever has its API_KEY, a camera, a scraper, or a stranger.

    Only cameras have a `camera_id`; only people a `person_id`, and the `session_id` of the login
    that they came by. Only people and households' keys have a role. An operator, who is a person
    or has the API_KEY, makes and ends households.
    """

    name: str
    household_id: int
    camera_id: str | None = None
    person_id: int | None = None
    role: Role | None = None
    session_id: str | None = None
    is_operator: bool = False


HOUSEHOLD = Caller("household", FIRST_HOUSEHOLD, role=Role.OWNER, is_operator=True)
SCRAPER = Caller("scraper", NO_HOUSEHOLD)
"""Who has the METRICS_KEY, and asks for the figures: anywhere else it is a stranger."""
STRANGER = Caller("stranger", NO_HOUSEHOLD)


@dataclass(frozen=True)
class PairedKey:
    """The digest of the key that a camera box was given, and whose camera it is."""

    digest: bytes
    household_id: int


@dataclass(frozen=True)
class HouseholdKey:
    """The digest of a key that opens all of a household, and its number."""

    digest: bytes
    number: int
    household_id: int


class Keyring:
    """The household's key, and those that open only a part. Thread-safe."""

    def __init__(
        self,
        api_key: SecretStr,
        camera_keys: Mapping[Caller, SecretStr],
        wrong: RequestLimiter | None = None,
        metrics_key: SecretStr | None = None,
    ) -> None:
        self._wrong = wrong or RequestLimiter(WRONG_KEYS_PER_SEC)
        self._set = {digest_of(_bytes(api_key)): HOUSEHOLD}
        for camera, key in camera_keys.items():
            self._set[digest_of(_bytes(key))] = camera
        if metrics_key is not None:
            self._set[digest_of(_bytes(metrics_key))] = SCRAPER
        self._paired: dict[bytes, Caller] = {}
        self._households: dict[bytes, Caller] = {}
        self._callers = self._set

    def let_in(self, paired: Mapping[str, PairedKey]) -> None:
        """Let these cameras in besides those of the settings."""
        self._paired = {
            key.digest: camera_caller(camera_id, key.household_id)
            for camera_id, key in paired.items()
        }
        self._callers = self._set | self._paired | self._households

    def let_in_households(self, keys: Sequence[HouseholdKey]) -> None:
        """Let who has one of these keys in besides, as an owner of its household."""
        self._households = {key.digest: household_caller(key) for key in keys}
        self._callers = self._set | self._paired | self._households

    def owner(self, key: bytes) -> Caller:
        """Whose `key` this is, a stranger's if it is nobody's.

        Found by its digest, of which nobody can choose a beginning: how long that takes says
        nothing of a key.
        """
        return self._callers.get(digest_of(key), STRANGER)

    def knows(self, caller: Caller) -> bool:
        """Whether whoever was let in by a key of `caller` would be let in by one now."""
        return caller in self._callers.values()

    def refuse(self, address: str, path: str) -> None:
        """A key or token from `address` is nobody's: leave a line.

        After some of them the address gets TooManyRequests for them; a right key from there is
        taken all the same.
        """
        logger.warning("%s shows a wrong key at %r", address, shown(path))
        if wait := self._wrong.take(subnet_of(address)):
            raise TooManyRequests(math.ceil(wait), "wrong keys")


def bearer_key(authorization: bytes) -> bytes:
    """The key in an `Authorization: Bearer`; empty if there is none.

    The scheme may be in any case, and blanks around a key are none of it (RFC 9110).
    """
    scheme, _, key = authorization.strip().partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else b""


def camera_caller(camera_id: str, household_id: int) -> Caller:
    """The camera of this name, and whose it is."""
    return Caller(f"camera {camera_id}", household_id, camera_id)


def household_caller(key: HouseholdKey) -> Caller:
    """Who has this key: each counts for itself, and is an owner of its household."""
    name = f"household key {key.number}"
    return Caller(name, key.household_id, role=Role.OWNER)


def digest_of(key: bytes) -> bytes:
    """What is kept of a key or a code: it is known again, and cannot be read."""
    return sha256(key).digest()


def _bytes(key: SecretStr) -> bytes:
    return key.get_secret_value().strip().encode()
