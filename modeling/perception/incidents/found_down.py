"""Who was up when they were lost, and lies when they are found again, has fallen meanwhile."""

from itertools import pairwise

from modeling.perception.incidents.recent import MEMORY_SEC, Recent

UP_WITHIN_SEC = 4.0
"""Nobody lies down on purpose so soon: they sit first, and the bed is not behind somebody."""
HOLE_SEC = 0.4
"""Who was seen all the while is the detector's to judge."""
LEAST_UPRIGHT = 5
"""Moments of the last seconds; a single one may be a slip of the estimator over a bed."""


def found_down_at(recent: Recent) -> float | None:
    """When somebody who begins to lie now was found again, None if they did not go down unseen."""
    upright = [posture.time for posture in recent.last(MEMORY_SEC) if posture.is_upright]
    if len(upright) < LEAST_UPRIGHT or recent.time - upright[-1] > UP_WITHIN_SEC:
        return None
    since = recent.last(recent.time - upright[-1])
    holes = [(b.time - a.time, b.time) for a, b in pairwise(since)]
    longest, found = max(holes, default=(0.0, 0.0))
    return found if longest >= HOLE_SEC else None
