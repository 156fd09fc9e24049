"""Logins that ended, or look at another household, while their clients were connecting."""

from collections import deque

from backend.access.keys import Caller
from backend.errors import Unauthorized
from backend.live.session import Session

NEWEST = 1000
"""So many are remembered, for those who are connecting meanwhile."""


class GoneLogins:
    """Event loop only. Times are seconds of the monotonic clock, as those of a Session."""

    def __init__(self) -> None:
        self._ended: deque[str] = deque(maxlen=NEWEST)
        self._moved: deque[tuple[str, float]] = deque(maxlen=NEWEST)

    def end(self, session_id: str) -> None:
        """It is over."""
        self._ended.append(session_id)

    def move(self, session_id: str, now: float) -> None:
        """It looks at another household from now on."""
        self._moved.append((session_id, now))

    def check(self, caller: Caller, session: Session) -> None:
        """Raise Unauthorized where the login of `caller` is no more what it was at the handshake.

        One that has moved is hung up on too: a client that is refused would not come again.
        """
        if caller.session_id in self._ended:
            raise Unauthorized("expected a session that is not over")
        if any(whose == caller.session_id and at >= session.since for whose, at in self._moved):
            session.hang_up()
            raise Unauthorized("expected a session that looks at the same household")
