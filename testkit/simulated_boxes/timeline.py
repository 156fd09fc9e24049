"""When a box makes which event, by its plan."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from testkit.simulated_boxes.plan import SimulatedBox, SimulatedFall, Span

BEAT_SEC = 10.0
PROBS_SEC = 1.0
"""As PROBS_SEC of a camera box."""
STILL_DOWN_SEC = 30.0
"""After its END a fall becomes `still_down`."""


class Happening(IntEnum):
    """What a box makes an event of."""

    HEARTBEAT = 0
    PROBS = 1
    FALL_BEGINS = 2
    FALL_ENDS = 3
    STILL_DOWN_BEGINS = 4
    STILL_DOWN_ENDS = 5


@dataclass(frozen=True, order=True)
class Due:
    """`what` happens at so many seconds after the run has begun."""

    at: float
    what: Happening


def timeline(box: SimulatedBox, phase: float, seconds: float) -> Iterator[Due]:
    """All that happens before `seconds`, in its order; `phase` (0 to 1) is where its beats lie."""
    parts = [
        _each(Span(phase * BEAT_SEC, seconds), BEAT_SEC, Happening.HEARTBEAT),
        *(_each(span, PROBS_SEC, Happening.PROBS) for span in box.in_sight),
        _of_fall(box.fall) if box.fall else iter(()),
    ]
    for due in heapq.merge(*parts):
        if due.at < seconds:
            yield due


def _each(span: Span, every: float, what: Happening) -> Iterator[Due]:
    count = max(0, -int(-(span.ends - span.begins) // every))
    return (Due(span.begins + number * every, what) for number in range(count))


def _of_fall(fall: SimulatedFall) -> Iterator[Due]:
    yield Due(fall.begins, Happening.FALL_BEGINS)
    yield Due(fall.ends, Happening.FALL_ENDS)
    if fall.still_down:
        down = fall.ends + STILL_DOWN_SEC
        yield Due(down, Happening.STILL_DOWN_BEGINS)
        yield Due(down + fall.still_down, Happening.STILL_DOWN_ENDS)
