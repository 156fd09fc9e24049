"""Whose a request is: by a key, by a token of somebody's login, or by the cookie of one."""

from collections.abc import Callable
from typing import Protocol

from starlette.concurrency import run_in_threadpool

from backend.access.keys import SCRAPER, STRANGER, Caller, Keyring
from backend.access.rights import METRICS_PATH

ACCESS_COOKIE, REFRESH_COOKIE = "dolbom_access", "dolbom_refresh"
_ACCESS, _OURS = f"{ACCESS_COOKIE}=".encode(), b"dolbom_"


class Sessions(Protocol):
    """What knows who is logged in."""

    def caller_of(self, token: str) -> Caller | None:
        """Whose access token this is, a stranger's if its session is over.

        None if it is no token of this server's. Waits for the database; raises ApiError.
        """


class Identity:
    """Knows callers. `sessions` gives None where there are no people, or not yet."""

    def __init__(
        self, keyring: Keyring | None, sessions: Callable[[], Sessions | None] = lambda: None
    ) -> None:
        self._keyring, self._sessions = keyring, sessions

    @property
    def has_sessions(self) -> bool:
        """Whether people can log in."""
        return self._sessions() is not None

    async def of_key(self, key: bytes, address: str, path: str) -> Caller:
        """Whose key or access token this is, a stranger's if it is empty or no longer good.

        One that is nobody's leaves a line; raises TooManyRequests after some of them.
        """
        caller = self._keyring.owner(key) if key and self._keyring else STRANGER
        if caller is SCRAPER and path != METRICS_PATH:
            caller = STRANGER
        if caller is not STRANGER or not key:
            return caller
        person = await self.of_token(key)
        if person is None and self._keyring:
            self._keyring.refuse(address, path)
        return person or STRANGER

    def is_good(self, caller: Caller) -> bool:
        """Whether the key that `caller` came by is one still; of a session it is not asked."""
        return self._keyring is None or caller.session_id is not None or self._keyring.knows(caller)

    async def of_token(self, token: bytes) -> Caller | None:
        """Whose access token this is; None if it is none. Raises ApiError."""
        sessions = self._sessions()
        if sessions is None or token.count(b".") != 2:  # as every JWT has
            return None
        return await run_in_threadpool(sessions.caller_of, token.decode("latin-1"))


def access_cookie(cookies: bytes) -> bytes:
    """The access token among the cookies of a request; empty if there is none."""
    for cookie in cookies.split(b";"):
        if cookie.strip().startswith(_ACCESS):
            return cookie.strip().removeprefix(_ACCESS)
    return b""


def has_own_cookie(cookies: bytes) -> bool:
    """Whether a browser has sent a cookie of a login."""
    return _OURS in cookies
