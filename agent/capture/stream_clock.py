"""When the pictures of a connection happened: pure, all times are seconds of one monotonic clock.

A picture arrives later than it happened, and pictures that were held back arrive together. Two
clocks tell the one from the other: by the stream's own times, or by arrivals alone.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

SETTLE_SEC = 0.5
"""A burst has come by then."""
DRIFT = 1e-3
"""A camera's clock may be slower than ours by as much, 86 s a day."""
SLEW = 0.05
"""Motion that seems faster or slower by as much is the same motion to the detector."""
FAST_SLEW = 0.2
"""For what would otherwise have happened after it came. A fall is found at half as fast again."""
RESYNC_SEC = 1.6
"""What was told too early by more than a window is put right at once, what was too late slowly."""
LATE_SEC = 2.0
HELD_BACK_SEC = 8.0
"""Pictures may be held back for as long, as segments of 6 s are; a stream that is late for longer
has fallen behind for good."""
JUMP_SEC = 10.0
"""Between two pictures of one stream there is no more, unless its times begin anew."""
SPACING_OVER_SEC = 20.0
LEAST_ARRIVALS = 16
TOGETHER = 0.5
"""Shares of the usual spacing: pictures that come sooner after each other come together."""
GATHER_SEC = 1.0


@dataclass(frozen=True)
class Arrival:
    """That a picture came, and its `stamp`, which means nothing where the stream has no times."""

    at: float
    stamp: float = 0.0


class Clock(Protocol):
    """Says of each arrival, in their order, when the picture happened."""

    def note(self, arrival: Arrival) -> None:
        """Take an arrival, at once."""

    def due(self, waiting: Sequence[Arrival]) -> float:
        """From when on `happened` can be told of the first of `waiting`, which are all noted."""

    def happened(self, waiting: Sequence[Arrival]) -> float:
        """When the first of `waiting` happened."""

    def behind_sec(self) -> float:
        """How far the stream has fallen behind for good; 0 while it keeps up."""


@dataclass
class StampClock:
    """Believes the stream's times: the picture that came with the least delay came with none.

    What all others lack to that is how old they were when they came. A connection may begin with
    a burst of any age, so nothing is told before the stream has gone on after it.
    """

    _last: Arrival = Arrival(at=0.0, stamp=math.inf)
    _begun: float | None = None
    _settled: float = math.inf
    _offset: float = math.inf  # of the least delayed: arrival minus stamp
    _used: float | None = None  # the offset of the last picture that was told
    _told: float = -math.inf  # its stamp
    _late_since: float | None = None
    _least_late: float = 0.0
    _most_late: float = 0.0
    _behind: float = 0.0

    def note(self, arrival: Arrival) -> None:
        """Take an arrival; stamps that jump begin a new count."""
        since = arrival.at - self._last.at
        self._settle(arrival.at, since)
        if not 0.0 <= arrival.stamp - self._last.stamp <= JUMP_SEC + since:
            self._offset = math.inf
        self._offset = min(self._offset + DRIFT * since, arrival.at - arrival.stamp)
        self._note_lateness(arrival.at, arrival.at - arrival.stamp - self._offset)
        self._last = arrival

    def due(self, waiting: Sequence[Arrival]) -> float:
        """At once, but for the beginning."""
        if not waiting:
            return math.inf
        first = waiting[0].at
        return max(first, min(self._settled, first + HELD_BACK_SEC))

    def happened(self, waiting: Sequence[Arrival]) -> float:
        """The stamp on our clock; where the delay is known better by now, moved there slowly.

        Until that is done it may be later than it came.
        """
        first = waiting[0]
        self._used = self._slewed(first)
        self._told = first.stamp
        return first.stamp + self._used

    def behind_sec(self) -> float:
        """How late all pictures come, by more than segments are long."""
        return self._behind

    def _note_lateness(self, now: float, lateness: float) -> None:
        """Over `HELD_BACK_SEC` at a time; the pictures of a segment differ by its length."""
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
        ahead = first.stamp - self._told
        if self._used is None or not 0.0 <= ahead <= JUMP_SEC:
            return self._offset
        if self._offset - self._used > RESYNC_SEC:
            return self._offset
        # Back never at once: pictures that are told at one moment are a fall that is lost.
        back = FAST_SLEW if first.stamp + self._used > first.at else SLEW
        return min(max(self._offset, self._used - back * ahead), self._used + SLEW * ahead)


@dataclass
class ArrivalClock:
    """For streams without times, or with such as are not to be believed.

    A picture happened when it came; those that came together are spread evenly over the time
    since the one before them.
    """

    _arrivals: deque[float] = field(default_factory=deque)
    _told: float = -math.inf

    def note(self, arrival: Arrival) -> None:
        """Take an arrival; the usual spacing is that of the last seconds."""
        self._arrivals.append(arrival.at)
        while arrival.at - self._arrivals[0] > SPACING_OVER_SEC:
            self._arrivals.popleft()

    def due(self, waiting: Sequence[Arrival]) -> float:
        """Once no other one can belong to those that came together, or a second has gone by."""
        if not waiting:
            return math.inf
        count = self._together(waiting)
        if count < len(waiting):
            return waiting[count - 1].at
        gathered = waiting[-1].at + TOGETHER * self._spacing
        return min(gathered, waiting[0].at + GATHER_SEC)

    def happened(self, waiting: Sequence[Arrival]) -> float:
        """Its arrival, or its share of the time over which its like are spread."""
        count = self._together(waiting)
        last = waiting[count - 1].at
        step = (last - self._told) / count if math.isfinite(self._told) else self._spacing
        self._told = last - (count - 1) * step
        return self._told

    def behind_sec(self) -> float:
        """Nobody knows."""
        return 0.0

    @property
    def _spacing(self) -> float:
        """Mean seconds between two pictures, which no burst changes; 0 until that is known."""
        if len(self._arrivals) < LEAST_ARRIVALS:
            return 0.0
        return (self._arrivals[-1] - self._arrivals[0]) / (len(self._arrivals) - 1)

    def _together(self, waiting: Sequence[Arrival]) -> int:
        """How many of `waiting`, from the first on, came together."""
        nearest, count = TOGETHER * self._spacing, 1
        while count < len(waiting) and waiting[count].at - waiting[count - 1].at < nearest:
            count += 1
        return count
