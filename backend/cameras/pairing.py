"""Gives a camera box a key of its own for a code of six digits."""

import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from backend.access.keys import digest_of
from backend.access.rate_limit import RequestLimiter
from backend.cameras import camera_store as store
from backend.cameras.camera_store import OpenCode
from backend.cameras.codes import LIFETIME_SEC, digest_of_code, is_code_of, new_code
from backend.cameras.errors import CameraHasKey, TooManyCodes, WrongCode
from backend.cameras.names import name_in
from backend.cameras.service import CameraService
from backend.errors import TooManyRequests
from backend.http.network import subnet_of
from backend.seen import within
from backend.storage.database import Database

KEY_BYTES = 32
MAX_OPEN_CODES = 5
"""Of a household. Each makes a guess likelier to hit."""
ANYBODY = "anybody"
NEW_CODE = "let an owner make a new one on the page, or by POST /cameras"


@dataclass(frozen=True)
class NewCode:
    """What an owner reads out to the box. `expires_at` is in seconds since 1970 (UTC)."""

    camera_id: str
    code: str
    expires_at: float


@dataclass(frozen=True)
class Paired:
    """What the box gets: the only time that anybody sees the key."""

    camera_id: str
    key: SecretStr


class PairingService:
    """Thread-safe; guesses are taken one at a time. `monotonic` is any clock that nobody sets."""

    def __init__(
        self,
        database: Database,
        cameras: CameraService,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._cameras, self._clock = database, cameras, clock
        # Three at once of one address, ten of all, and then one a minute and one in 30 s.
        self._by_address = RequestLimiter(1 / 60, monotonic, burst_sec=180.0)
        self._by_all = RequestLimiter(1 / 30, monotonic, burst_sec=300.0)
        self._lock = threading.Lock()

    def make_code(self, camera_id: str, household_id: int, made_by: int | None) -> NewCode:
        """A code for this camera, the only one that is good for it from now on.

        In other households than the first one their ending follows the name. A key that its box
        has stays good until the new one is fetched. Raises InvalidInput, CameraHasKey and
        TooManyCodes.
        """
        camera_id = name_in(household_id, camera_id)
        if camera_id in self._cameras.in_settings:
            raise CameraHasKey("CAMERA_KEYS has its key, which wins: take it out there first")
        with self._lock:
            now = self._clock()
            code = self._unused_code(camera_id, household_id, now)
            expires_at = now + LIFETIME_SEC
            values = {
                "household_id": household_id,
                "camera_id": camera_id,
                "digest": digest_of_code(code),
                "created_by": made_by,
                "expires_at": expires_at,
            }
            with self._database.writing() as db:
                store.add_code(db, values)
        self._database.is_durable()
        return NewCode(camera_id, code, expires_at)

    def redeem(self, code: str, address: str) -> Paired:
        """A key for the camera that `code` was made for; its earlier key is refused from now on.

        Raises WrongCode, and TooManyRequests where one address, or all together, guess too often.
        """
        with self._lock:
            self._check_rate(address)
            found = self._open_code(code)
            self._give_back(address)
            key = SecretStr(secrets.token_urlsafe(KEY_BYTES))
            now = self._clock()
            digest = digest_of(key.get_secret_value().encode()).hex()
            with self._database.writing() as db:
                store.use_code(db, found.number, now)
                paired = {"key_digest": digest, "paired_at": now}
                store.keep(db, found.household_id, found.camera_id, **paired)
        self._database.is_durable()
        self._cameras.changed(found.camera_id)
        return Paired(found.camera_id, key)

    def _check_rate(self, address: str) -> None:
        wait = self._by_address.take(subnet_of(address)) or self._by_all.take(ANYBODY)
        if wait:
            raise TooManyRequests(math.ceil(wait), "codes")

    def _give_back(self, address: str) -> None:
        """What was right is no guess: a home of many boxes pairs them in one go."""
        self._by_address.give_back(subnet_of(address))
        self._by_all.give_back(ANYBODY)

    def _open_code(self, code: str) -> OpenCode:
        with self._database.reading() as db:
            open_codes = store.open_codes(db, self._clock())
        # All are compared, so that the time that it takes tells nothing.
        found = [it for it in open_codes if is_code_of(code, it.digest)]
        if not found:
            with self._database.writing() as db:
                store.count_wrong_try(db, open_codes)
            raise WrongCode(
                "no open code is this one: a code is good for 10 minutes, serves once, and is "
                f"void after 5 wrong tries; {NEW_CODE}"
            )
        return found[0]

    def _unused_code(self, camera_id: str, household_id: int, now: float) -> str:
        with within(None), self._database.reading() as db:
            others = [it for it in store.open_codes(db, now) if it.camera_id != camera_id]
        if sum(it.household_id == household_id for it in others) >= MAX_OPEN_CODES:
            raise TooManyCodes(f"expected codes for at most {MAX_OPEN_CODES} cameras at a time")
        code = new_code()
        while any(is_code_of(code, it.digest) for it in others):
            code = new_code()
        return code
