"""Who is in a still picture: looked for in all of it, and in parts of it, by the pose networks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modeling.perception.frames.image import Image
from modeling.perception.poses.crop import Points, View
from modeling.perception.poses.finder import Finder, Sighting
from modeling.perception.poses.landmarker import Landmarker, Sketch
from modeling.perception.poses.pose_estimator import (
    BLAZEPOSE,
    LEAST_PRESENCE,
    LEAST_SIDE,
    MOVENET,
    POSE_CHECKPOINT,
)
from modeling.perception.poses.skeleton import COCO

TURNS = (0, 1, 3)
"""Quarter turns to the left: the finder knows bodies that lie least."""
PARTS = (2, 4)
"""A side of the picture is so many parts long, between which others lie."""
SURE = 0.35
"""The least score of a body that is drawn; a head is hidden where somebody may be at all."""
MARGIN = 0.1
"""Of a body's extent, around it: joints there are its own, seen in another view."""


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody who was seen.

    `sighting` is the finder's; `sketch` the landmarker's, None where it sees no body there.
    """

    sighting: Sighting
    sketch: Sketch | None

    @property
    def joints(self) -> Points:
        """(17, 2): COCO's, in pixels, by the landmarker where it sees them."""
        if self.sketch is None:
            return self.sighting.joints
        return self.sketch.points[list(COCO), :2]


class PeopleFinder:
    """The loaded networks. Keeps nothing from one picture to the next."""

    def __init__(self, folder: Path = POSE_CHECKPOINT) -> None:
        """Load them and run them once; raises CheckpointError."""
        self._finder = Finder(folder / MOVENET)
        self._landmarker = Landmarker(folder / BLAZEPOSE)

    def everybody(self, image: Image) -> list[Person]:
        """All who are seen in a picture (BGR), the surest first, in each view of it.

        Who is seen in several views may come several times: for hiding, twice is no harm.
        """
        found = [
            self._person(image, sighting)
            for view in views(image)
            for sighting in self._finder.look(image, view)
        ]
        return sorted(found, key=lambda person: -person.sighting.score)

    def _person(self, image: Image, sighting: Sighting) -> Person:
        crop = sighting.crop()
        if crop.side < LEAST_SIDE:
            return Person(sighting, None)
        # The first crop is a guess: the body in it places the one that counts.
        first = self._landmarker.sketch(image, crop)
        if first.presence < LEAST_PRESENCE or first.crop.side < LEAST_SIDE:
            return Person(sighting, None)
        sketch = self._landmarker.sketch(image, first.crop)
        return Person(sighting, sketch if sketch.presence >= LEAST_PRESENCE else None)


def sketches_of(people: list[Person]) -> list[Sketch]:
    """The bodies that both networks are sure of, the surest first, each body once."""
    kept: list[Sketch] = []
    for person in people:
        if person.sketch is None or person.sighting.score < SURE:
            continue
        if not any(_covers(other, person.sketch) for other in kept):
            kept.append(person.sketch)
    return kept


def _covers(sketch: Sketch, other: Sketch) -> bool:
    """Whether half of the other's joints lie where the sketch has its body."""
    own, others = sketch.points[list(COCO), :2], other.points[list(COCO), :2]
    margin = MARGIN * np.ptp(own, axis=0)
    inside = (others >= own.min(axis=0) - margin) & (others <= own.max(axis=0) + margin)
    return bool(inside.all(axis=1).mean() >= 0.5)


def views(image: Image) -> Iterator[View]:
    """All of the picture, upright and turned, then halves and quarters of its sides.

    Parts overlap by half: whoever stands on a border of one is in the middle of another.
    """
    height, width = image.shape[:2]
    yield from (View.whole(image, turns) for turns in TURNS)
    for parts in PARTS:
        across, down = width // parts, height // parts
        if min(across, down) < LEAST_SIDE:
            return
        for row in range(2 * parts - 1):
            for column in range(2 * parts - 1):
                yield View(column * across // 2, row * down // 2, across, down)
