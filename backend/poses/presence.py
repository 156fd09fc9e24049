"""How many people are in a camera's picture, by its poses. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from backend.poses.frame import PoseFrame

SPAN_SEC = 5.0
"""Longer than a fall until its END: who counts was there before it began, and stayed."""
MOST = 0.8
"""Of it somebody has to be seen: a ghost flickers, and a passer-by is gone by then."""
HOLDS_SEC = 1.5
"""What is seen holds until the next pose; poses that do not change come once a second."""


def people_seen(frames: Sequence[PoseFrame], until: float) -> int:
    """Who were each seen for most of the SPAN_SEC up to `until`, by the camera box's clock."""
    begin = until - SPAN_SEC
    seen = defaultdict[int, float](float)
    ordered = sorted((it for it in frames if it.at <= until), key=lambda it: it.at)
    for number, frame in enumerate(ordered, start=1):
        end = ordered[number].at if number < len(ordered) else until
        lasts = min(end, frame.at + HOLDS_SEC) - max(begin, frame.at)
        for person in _in_sight(frame):
            seen[person] += max(0.0, lasts)
    return sum(seconds >= MOST * SPAN_SEC for seconds in seen.values())


def _in_sight(frame: PoseFrame) -> list[int]:
    """Those whose joints are seen, and not only held from before."""
    return [
        person
        for person, joints in zip(frame.people, frame.joints, strict=True)
        if (joints[:, 2] > 0).any()
    ]
