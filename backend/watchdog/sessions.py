"""Who speaks under a camera's name: one `run-agent` after the other, or two at once."""

from collections import deque
from dataclasses import dataclass

from backend.troubles.subjects import Beat

RETURNS = 3
"""So often must a session speak again after another one has. A restart never goes back, but for
what was on its way."""
WITHIN_SEC = 300.0
MAX_SESSIONS = 8
"""Of one name; who makes up more hides behind the newest."""


@dataclass(frozen=True)
class _Heard:
    at: float
    stopped: bool


class Sessions:
    """Of one camera's name. Times are seconds of the monotonic clock; one thread."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}  # the newest last
        self._returns: deque[float] = deque(maxlen=RETURNS)

    def note(self, beat: Beat) -> None:
        """Take the next heartbeat; one without a session says nothing."""
        session = beat.said.session_id
        if session is None:
            return
        newest = next(reversed(self._heard), session)
        before = self._heard.pop(session, None)
        if before is not None and newest != session and not self._heard[newest].stopped:
            self._returns.append(beat.at)
        self._heard[session] = _Heard(beat.at, beat.stopped)
        while len(self._heard) > MAX_SESSIONS:
            del self._heard[next(iter(self._heard))]

    def are_two(self, now: float, silent_after: float) -> bool:
        """Whether two speak by turns, and both have been heard of late."""
        if len(self._returns) < RETURNS or now - self._returns[0] > WITHIN_SEC:
            return False
        alive = [h for h in self._heard.values() if not h.stopped and now - h.at <= silent_after]
        return len(alive) > 1

    @property
    def one_said_good_bye(self) -> bool:
        """Whether one of two was stopped in good order."""
        since = self._returns[0] if self._returns else float("inf")
        return any(heard.stopped and heard.at >= since for heard in self._heard.values())
