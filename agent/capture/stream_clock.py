"""When the pictures of a connection happened: pure, all times are seconds of one monotonic clock.

A picture arrives later than it happened, and pictures that were held back arrive together. Two
clocks work out when each happened: from the stream's own times, or only from arrivals.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

SETTLE_SEC = 0.5
"""How long a burst takes to arrive."""
DRIFT = 1e-3
"""By how much a camera's clock may be slower than ours, 86 s a day."""
SLEW = 0.05
"""To the detector, motion that is faster or slower by as much is the same motion."""
FAST_SLEW = 0.2
"""For pictures that would otherwise happen after their arrival. A fall is still found at 1.5 times
its speed."""
RESYNC_SEC = 1.6
"""Times that were too early by more than a window are corrected at once, times that were too late
slowly."""
LATE_SEC = 2.0
HELD_BACK_SEC = 8.0
"""Pictures may be held back for as long, as segments of 6 s are; a stream that is late for longer
has fallen behind for good."""
JUMP_SEC = 10.0
"""Two pictures in a row are never further apart, unless the stream's times start again."""
SPACING_OVER_SEC = 20.0
LEAST_ARRIVALS = 16
TOGETHER = 0.5
"""As a share of the usual spacing: pictures that arrive closer together came together."""
GATHER_SEC = 1.0


@dataclass(frozen=True)
class Arrival:
    """The arrival of a picture, and its `stamp`, meaningless if the stream has no times."""

    at: float
    stamp: float = 0.0


class StreamClock(Protocol):
    """Works out for each arrival, in their order, when the picture happened."""

    def note(self, arrival: Arrival) -> None:
        """Take an arrival, as soon as it comes."""

    def due(self, waiting: Sequence[Arrival]) -> float:
        """From when on `happened` is known for the first of `waiting`, all of which were noted."""

    def happened(self, waiting: Sequence[Arrival]) -> float:
        """When the first of `waiting` happened."""

    def behind_sec(self) -> float:
        """How far the stream has fallen behind for good; 0 while it keeps up."""


@dataclass
class StampClock:
    """Trusts the stream's times: the picture with the least delay is taken to have had none.

    All others were older on arrival by the difference. A connection may begin with a burst of any
    age, so no time is given before the stream has gone on after it.
    """

    _last: Arrival = Arrival(at=0.0, stamp=math.inf)
    _begun: float | None = None
    _settled: float = math.inf
    _offset: float = math.inf  # of the least delayed: arrival minus stamp
    _used: float | None = None  # the offset of the last picture that was given a time
    _given: float = -math.inf  # its stamp
    _late_since: float | None = None
    _least_late: float = 0.0
    _most_late: float = 0.0
    _behind: float = 0.0

    def note(self, arrival: Arrival) -> None:
        """Take an arrival; a jump of the stamps starts a new estimate."""
        since = arrival.at - self._last.at
        self._settle(arrival.at, since)
        if not 0.0 <= arrival.stamp - self._last.stamp <= JUMP_SEC + since:
            self._offset = math.inf
        self._offset = min(self._offset + DRIFT * since, arrival.at - arrival.stamp)
        self._note_lateness(arrival.at, arrival.at - arrival.stamp - self._offset)
        self._last = arrival

    def due(self, waiting: Sequence[Arrival]) -> float:
        """At once, except at the beginning."""
        if not waiting:
            return math.inf
        first = waiting[0].at
        return max(first, min(self._settled, first + HELD_BACK_SEC))

    def happened(self, waiting: Sequence[Arrival]) -> float:
        """The stamp on our clock; a better estimate of the delay is approached slowly.

        Meanwhile it may be later than the arrival.
        """
        first = waiting[0]
        self._used = self._slewed(first)
        self._given = first.stamp
        return first.stamp + self._used

    def behind_sec(self) -> float:
        """How late all pictures come, apart from the length of segments."""
        return self._behind

    def _note_lateness(self, now: float, lateness: float) -> None:
        """Measured over `HELD_BACK_SEC`; the pictures of a segment differ by its length."""
        if lateness < LATE_SEC:
            self._late_since = None
            return
        if self._late_since is not None and now - self._late_since >= HELD_BACK_SEC:
            if self._least_late >= self._most_late - self._least_late:
                self._behind = lateness
            self._late_since = None
        if self._late_since is None:
            self._late_since, self._least_late, self._most_late = now, lateness, lateness
        self._least_late = min(self._least_late, lateness)
        self._most_late = max(self._most_late, lateness)

    def _settle(self, at: float, since: float) -> None:
        if self._begun is None:
            self._begun = at
        elif math.isinf(self._settled) and at - self._begun > SETTLE_SEC:
            self._settled = at + SETTLE_SEC if since > SETTLE_SEC else at

    def _slewed(self, first: Arrival) -> float:
        ahead = first.stamp - self._given
        if self._used is None or not 0.0 <= ahead <= JUMP_SEC:
            return self._offset
        if self._offset - self._used > RESYNC_SEC:
            return self._offset
        # Never back at once: pictures with the same time would hide a fall.
        back = FAST_SLEW if first.stamp + self._used > first.at else SLEW
        return min(max(self._offset, self._used - back * ahead), self._used + SLEW * ahead)


@dataclass
class ArrivalClock:
    """For streams without times, or with wrong ones.

    A picture happened when it arrived; pictures that came together are spread evenly over the time
    since the one before them.
    """

    _arrivals: deque[float] = field(default_factory=deque)
    _given: float = -math.inf

    def note(self, arrival: Arrival) -> None:
        """Take an arrival; the last seconds give the usual spacing."""
        self._arrivals.append(arrival.at)
        while arrival.at - self._arrivals[0] > SPACING_OVER_SEC:
            self._arrivals.popleft()

    def due(self, waiting: Sequence[Arrival]) -> float:
        """Once no other picture can belong to those that came together, or a second has gone by."""
        if not waiting:
            return math.inf
        count = self._together(waiting)
        if count < len(waiting):
            return waiting[count - 1].at
        gathered = waiting[-1].at + TOGETHER * self._spacing
        return min(gathered, waiting[0].at + GATHER_SEC)

    def happened(self, waiting: Sequence[Arrival]) -> float:
        """Its arrival, or its place among those that came together."""
        count = self._together(waiting)
        last = waiting[count - 1].at
        step = (last - self._given) / count if math.isfinite(self._given) else self._spacing
        self._given = last - (count - 1) * step
        return self._given

    def behind_sec(self) -> float:
        """Unknown without times: 0."""
        return 0.0

    @property
    def _spacing(self) -> float:
        """Mean seconds between two pictures, whatever bursts there are; 0 until that is known."""
        if len(self._arrivals) < LEAST_ARRIVALS:
            return 0.0
        return (self._arrivals[-1] - self._arrivals[0]) / (len(self._arrivals) - 1)

    def _together(self, waiting: Sequence[Arrival]) -> int:
        """How many of `waiting`, from the first on, came together."""
        nearest, count = TOGETHER * self._spacing, 1
        while count < len(waiting) and waiting[count].at - waiting[count - 1].at < nearest:
            count += 1
        return count
