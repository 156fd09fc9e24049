"""What a camera's heartbeats said over the last minutes: a single one says little."""

from collections import deque
from dataclasses import dataclass

from backend.troubles.finders import WATCHED_SEC
from backend.troubles.subjects import Beat

FPS_SEC = 30.0
"""Pictures that come a few seconds at a time are no slower than others."""
CLOCK_SEC = 60.0
LONGEST_HOLE_SEC = 20.0
"""A hole counts for so much at most: a single one is an outage, and reported as that."""
MAX_MOMENTS = 1000


@dataclass(frozen=True)
class _Moment:
    at: float
    fps: float | None
    missed_sec: float
    ahead_sec: float


class History:
    """Of one camera. Times are seconds of the monotonic clock; one thread."""

    def __init__(self) -> None:
        self._moments: deque[_Moment] = deque(maxlen=MAX_MOMENTS)
        self._last: Beat | None = None
        self._hole_sec = 0.0  # without a picture by now, of a camera that does not sum its holes

    def note(self, beat: Beat) -> None:
        """Take the next heartbeat."""
        missed = self._missed_since_last(beat)
        while self._moments and self._moments[0].at < beat.at - WATCHED_SEC:
            self._moments.popleft()
        self._moments.append(_Moment(beat.at, beat.said.fps, missed, beat.ahead_sec))
        self._last = beat

    def fps(self, now: float) -> float | None:
        """Pictures a second; None where the camera does not say."""
        said = [moment.fps for moment in self._since(now - FPS_SEC) if moment.fps is not None]
        return sum(said) / len(said) if said else None

    def missed_sec(self, now: float) -> float:
        """Seconds of the last five minutes that lay in holes between pictures."""
        return sum(moment.missed_sec for moment in self._since(now - WATCHED_SEC))

    def ahead_sec(self, now: float) -> float | None:
        """By how much its clock is ahead, by the heartbeat of the last minute that says least."""
        said = [moment.ahead_sec for moment in self._since(now - CLOCK_SEC)]
        return min(said, key=abs) if said else None

    def _since(self, begin: float) -> list[_Moment]:
        return [moment for moment in self._moments if moment.at >= begin]

    def _missed_since_last(self, beat: Beat) -> float:
        before, self._hole_sec = self._hole_sec, 0.0
        if beat.said.missed_sec is not None:
            return min(beat.said.missed_sec, LONGEST_HOLE_SEC)
        if beat.said.fps == 0 and self._last is not None and not self._last.stopped:
            self._hole_sec = min(before + beat.at - self._last.at, LONGEST_HOLE_SEC)
        return max(0.0, self._hole_sec - before)
