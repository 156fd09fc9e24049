"""Is it somebody who is followed, or a thing that the estimator takes for a body?

A chair or a coat stays where it was first seen, and its joints are guesses: of the tracks of 246
clips of falls and daily life those of things were seen by 0.62 at most, and those of people who
hardly moved by 0.85 or more.
"""

from dataclasses import dataclass, field

from modeling.perception.windows.posture import Point, Posture

MOVED_LENGTHS = 0.25
"""Body lengths; the hips of a thing move less, for as long as it is followed."""
SURE = 0.65
"""Whose joints are seen as well on average is somebody, also who never moves."""


@dataclass
class ThingCheck:
    """What has been seen of one track since it began; add every posture."""

    _count: int = field(default=0, init=False)
    _seen: float = field(default=0.0, init=False)  # sums over all postures
    _lengths: float = field(default=0.0, init=False)
    _least: Point = field(default=(float("inf"), float("inf")), init=False)  # of the hips
    _most: Point = field(default=(float("-inf"), float("-inf")), init=False)

    def add(self, posture: Posture) -> None:
        """Take a posture; where it is in the picture counts as well."""
        self._count += 1
        self._seen += posture.seen
        self._lengths += posture.body_length
        (x, y), least, most = posture.hips, self._least, self._most
        self._least = min(least[0], x), min(least[1], y)
        self._most = max(most[0], x), max(most[1], y)

    @property
    def is_thing(self) -> bool:
        """Whether it has never moved, and is badly seen."""
        way = max(most - least for least, most in zip(self._least, self._most, strict=True))
        has_moved = way * self._count > MOVED_LENGTHS * self._lengths
        return not has_moved and self._seen < SURE * self._count
