"""Who is who: one track a person, whose number outlives crossings and short losses."""

import math
from dataclasses import dataclass, field

import numpy as np

from modeling.perception.poses.crop import Crop, Points
from modeling.perception.poses.landmarker import Sketch
from modeling.perception.poses.skeleton import COCO, distance, is_same_body, size_of
from modeling.perception.poses.smoothing import Smoother, Values

KEPT_SEC = 2.0
"""Whoever is found again within it keeps the number."""
FORESIGHT_SEC = 0.5
"""Nobody is expected to go on as before for longer."""
VELOCITY_SEC = 0.2
"""Time constant of the mean that says how fast a body goes."""
DOUBLE = 0.12
JUMP, JUMP_PER_SEC = 0.1, 1.2
"""Sizes of the body, and more a second, that a body may be off from where it is expected."""
SIZE_SHARE = 0.3
"""What another size counts for: one body in front of another one has another size."""
REACH, REACH_PER_SEC = 0.8, 0.8
"""Sizes of the body between where somebody is expected and found: who falls lies elsewhere."""


@dataclass(eq=False)
class Track:
    """A body that is followed: where it was last, and how it went on from there.

    `points` (35, 4) are the smoothed landmarks in pixels, `velocity` (2,) pixels a second.
    """

    number: int
    time: float
    points: Values
    velocity: Points = field(default_factory=lambda: np.zeros(2))
    smoother: Smoother = field(default_factory=Smoother)

    @property
    def joints(self) -> Points:
        """(17, 2) in pixels."""
        return self.points[COCO, :2]

    @property
    def crop(self) -> Crop:
        """Where the landmarker shall look next."""
        return Sketch(self.points, 1.0).crop

    def expected(self, time: float) -> Points:
        """(17, 2): the joints, had the body gone on as it did."""
        return self.joints + self.velocity * min(time - self.time, FORESIGHT_SEC)

    def go_on(self, points: Values, time: float) -> None:
        """Take what was found of the same body at a later `time`."""
        before, elapsed = self.joints, max(time - self.time, 1e-3)
        size = 2.0 * float(np.hypot(*(points[-1, :2] - points[-2, :2])))
        self.points, self.time = self.smoother(points, time, max(size, 4.0)), time
        velocity = np.median(self.joints - before, axis=0) / elapsed
        share = 1.0 - np.exp(-elapsed / VELOCITY_SEC)
        self.velocity = self.velocity + share * (velocity - self.velocity)


class Tracker:
    """The tracks of one stream. `followed` are seen now, `lost` were within `KEPT_SEC`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self.followed: list[Track] = []
        self.lost: list[Track] = []

    @property
    def has_room(self) -> bool:
        """Whether one more can be followed."""
        return len(self.followed) < self._most

    def forget(self) -> None:
        """Another scene begins: nobody in it is known."""
        self.followed, self.lost = [], []

    def follow(self, found: list[Values | None], time: float) -> None:
        """Take what was found of each of `followed`; None where the body was lost.

        A track that jumps where others are has slipped onto one of them: it is lost where it was
        before. So is the worse fitting of two on one body.
        """
        is_crowd = len(self.followed) + len(self.lost) > 1
        fits = [
            (_misfit(points, track, time), place)
            for place, (track, points) in enumerate(zip(self.followed, found, strict=True))
            if points is not None and not (is_crowd and _jumps(points, track, time))
        ]
        kept: dict[int, Values] = {}
        for _, place in sorted(fits):
            points = found[place]
            if points is not None and not _is_among(points, list(kept.values())):
                kept[place] = points
        self.lost = [track for track in self.lost if time - track.time <= KEPT_SEC]
        self.lost += [track for i, track in enumerate(self.followed) if i not in kept]
        self.followed = [track for i, track in enumerate(self.followed) if i in kept]
        for track, points in zip(self.followed, (kept[i] for i in sorted(kept)), strict=True):
            track.go_on(points, time)

    def is_followed(self, joints: Points, reach: float) -> bool:
        """Whether the body with these joints (17, 2) has its track already."""
        return any(is_same_body(joints, track.joints, reach) for track in self.followed)

    def admit(self, bodies: list[Values], time: float) -> int:
        """Follow bodies that were found, each (35, 4); returns how many were not known yet.

        Whoever was lost near by a moment ago is found again, the nearest first.
        """
        new: list[Values] = []
        for points in bodies:
            if not self.is_followed(points[COCO, :2], DOUBLE) and not _is_among(points, new):
                new.append(points)
        new = new[: self._most - len(self.followed)]
        pairs = sorted(
            (_farness(points, track, time), i, j)
            for i, points in enumerate(new)
            for j, track in enumerate(self.lost)
        )
        known: dict[int, int] = {}
        for farness, i, j in pairs:
            if farness < 1.0 and i not in known and j not in known.values():
                known[i] = j
        numbers = {i: self.lost[j].number for i, j in known.items()}
        self.lost = [track for j, track in enumerate(self.lost) if j not in known.values()]
        for i, points in enumerate(new):
            self._begin(numbers.get(i), points, time)
        return len(new)

    def _begin(self, number: int | None, points: Values, time: float) -> None:
        if number is None:
            self._count += 1
            number = self._count
        track = Track(number, time, points)
        track.go_on(points, time)  # the smoother starts here
        track.velocity = np.zeros(2)
        self.followed.append(track)


def _is_among(points: Values, others: list[Values]) -> bool:
    joints = points[COCO, :2]
    return any(is_same_body(joints, other[COCO, :2], DOUBLE) for other in others)


def _jumps(points: Values, track: Track, time: float) -> bool:
    """Whether a body is too far from where it is expected to be the same."""
    reach = JUMP + JUMP_PER_SEC * (time - track.time)
    return distance(points[COCO, :2], track.expected(time)) > reach


def _misfit(points: Values, track: Track, time: float) -> float:
    """How ill a body goes with what a track expects, in place and in size."""
    joints, expected = points[COCO, :2], track.expected(time)
    resized = abs(math.log(size_of(joints) / size_of(expected)))
    return distance(joints, expected) + SIZE_SHARE * resized


def _farness(points: Values, track: Track, time: float) -> float:
    """How far a body is from where a lost one is expected; 1 is as far as it can have gone."""
    reach = REACH + REACH_PER_SEC * (time - track.time)
    return distance(points[COCO, :2], track.expected(time)) / reach
