"""From a file's time stamps to times that only go forward: pure, a stamp at a time."""

from dataclasses import dataclass, field

MOST_STEP_SEC = 10.0
"""Recorders that wait for motion leave holes of seconds. A longer one is cut to JUMP_SEC."""
MOST_STEP_BACK_SEC = 1.0
"""Stamps that are out of order by less are noise; by more, another recording follows."""
JUMP_SEC = 2.0
"""Longer than a window: none shows what was before a jump beside what came after it."""
LATE_SHARE = 0.25
"""Of an interval, by which a picture may be early without another one before it being missed."""
EVEN_SHARE = 0.9
"""Of the steps, that take one interval where pictures come at one rate."""


@dataclass
class FrameTimes:
    """Follows the stamps of one file, in seconds; `interval` is what a picture takes as a rule.

    `jump` is the first step that was too far to be believed, None while there was none.
    """

    interval: float
    jump: float | None = field(default=None, init=False)
    _stamp: float = field(default=0.0, init=False)
    _time: float = field(default=0.0, init=False)
    _offset: float = field(default=0.0, init=False)
    _steps: int = field(default=0, init=False)
    _even: int = field(default=0, init=False)
    _skipped: int = field(default=0, init=False)
    _is_first: bool = field(default=True, init=False)

    def after(self, stamp: float) -> float:
        """The time of the next picture, whose stamp this is; later than that of the last one."""
        if self._is_first:
            is_late = not 0.0 <= stamp <= MOST_STEP_SEC
            self._offset, self._time, self._is_first = -stamp if is_late else 0.0, -1.0, False
        elif not -MOST_STEP_BACK_SEC <= stamp - self._stamp <= MOST_STEP_SEC:
            self.jump = self.jump or stamp - self._stamp
            self._offset = self._time + JUMP_SEC - stamp
        else:
            self._count((stamp - self._stamp) / self.interval)
        self._stamp, time = stamp, stamp + self._offset
        self._time = time if time > self._time else self._time + self.interval
        return self._time

    @property
    def skipped(self) -> int:
        """The pictures for which there was time besides; 0 where they come at no even rate."""
        return self._skipped if self._even >= EVEN_SHARE * self._steps else 0

    def _count(self, intervals: float) -> None:
        self._steps += 1
        self._even += abs(intervals - 1.0) <= LATE_SHARE
        self._skipped += max(0, int(intervals + LATE_SHARE) - 1)
