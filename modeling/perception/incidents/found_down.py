"""Who was up when they were lost, and lies when they are found again, has fallen meanwhile."""

from itertools import pairwise

from modeling.perception.incidents.recent import Recent

UP_WITHIN_SEC = 4.0
"""Nobody lies down on purpose so soon: they sit first, and the bed is not behind somebody."""
HOLE_SEC = 0.4
"""Who was seen all the while is the detector's to judge."""


def found_down_at(recent: Recent) -> float | None:
    """When somebody who begins to lie now was found again, None if they did not go down unseen."""
    postures = recent.last(UP_WITHIN_SEC)
    upright = [at for at, posture in enumerate(postures) if posture.is_upright]
    if not upright:
        return None
    holes = [(b.time - a.time, b.time) for a, b in pairwise(postures[upright[-1] :])]
    longest, found = max(holes, default=(0.0, 0.0))
    return found if longest >= HOLE_SEC else None
