"""Where in a picture, and when, people are looked for."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.image import Image
from modeling.perception.frames.motion import GLANCE, Glance, moved
from modeling.perception.poses.crop import Crop, Points, View
from modeling.perception.poses.skeleton import size_of

SEARCH_SEC = 0.1
LOST_SEC = 0.3
MOVED_SEC, MOST_MOVED_SEC = 0.3, 1.2
OTHERS_SEC = 6.0
"""Seconds between two searches: for anybody while nobody is followed and something happens; for who
is lost while others are followed; for what moves elsewhere, longer each time in which it is nobody;
for others where nothing moves."""
EARLY_SEC = 0.02
"""Pictures come at no very moment."""
LEAST_MOVED = 0.25
"""Of the picture's height: the side of the smallest square that is looked at where it moves."""
OWN_MARGIN = 0.12
"""Of a body's size, around its joints: what moves there is the body."""
MOVED_MARGIN = 2.5
"""What moves may be a hand: the square is so many times as large."""
TURNS = (0, 1, 0, 3)
"""Quarter turns to the left, one after the other: the finder knows bodies that lie least."""


class Search:
    """Follows one stream; a look costs twice what following a body does, so they are few."""

    def __init__(self) -> None:
        self._searched = float("-inf")
        self._round = 0
        self._quiet = 0  # looks since something moved or somebody was lost
        self._vain = 0  # looks since another number of people was followed
        self._count = 0
        self._seen: Glance | None = None
        self._is_moving = False
        self._moved: Crop | None = None

    def watch(self, image: Image, seen: Glance, followed: list[Points]) -> None:
        """Note what of a picture moves that nobody who is followed explains."""
        if len(followed) != self._count:
            self._vain, self._count = 0, len(followed)
        if self._seen is not None:
            cells = _unexplained(image, seen, self._seen, followed)
            self._is_moving = bool(cells.any())
            self._moved = _moved_square(image, cells)
        self._seen = seen

    def views(
        self, image: Image, time: float, lost: list[Crop], just_lost: bool, alone: bool
    ) -> Iterator[View]:
        """What to look at in this picture, until somebody new is found; often nothing.

        `lost` are the places of those who were lost a moment ago, with `just_lost` one of them in
        this picture; `alone` says that nobody is followed now.
        """
        if self._is_moving or lost:
            self._quiet = 0
        if not just_lost and time - self._searched < self._interval(bool(lost), alone) - EARLY_SEC:
            return
        self._searched, self._quiet, self._vain = time, self._quiet + 1, self._vain + 1
        is_odd, turns = bool(self._round % 2), TURNS[self._round // 2 % len(TURNS)]
        self._round += 1
        for crop in lost[-1:]:
            yield View.around(crop, image, turns)
            if just_lost:
                yield View.around(crop, image, 0 if turns else 1)
        if self._moved and (is_odd or not alone):
            yield View.around(self._moved, image)
        else:
            yield View.whole(image, turns if alone else 0)

    def _interval(self, is_lost: bool, alone: bool) -> float:
        if alone and self._quiet < 2 * len(TURNS):
            return SEARCH_SEC
        if is_lost:
            return LOST_SEC
        if self._is_moving:
            return min(MOVED_SEC * 2.0 ** min(self._vain, 10), MOST_MOVED_SEC)
        return OTHERS_SEC


def _unexplained(
    image: Image, seen: Glance, before: Glance, followed: list[Points]
) -> NDArray[np.bool_]:
    """(48, 64): where something moved that is nobody who is followed."""
    cells, scale = moved(seen, before), _cell(image)
    for joints in followed:
        margin = OWN_MARGIN * size_of(joints)
        left, top = ((joints.min(axis=0) - margin) / scale).clip(0).astype(int)
        right, bottom = ((joints.max(axis=0) + margin) / scale).clip(0).astype(int)
        cells[top : bottom + 1, left : right + 1] = False
    return cells


def _moved_square(image: Image, cells: NDArray[np.bool_]) -> Crop | None:
    """The largest spot that moved; None when there is none, or it fills the picture."""
    if not cells.any():
        return None
    spot, scale = _largest_spot(_widened(cells)), _cell(image)
    extent = (np.ptp(spot, axis=0) + 1) * scale
    side = max(MOVED_MARGIN * float(extent.max()), LEAST_MOVED * image.shape[0])
    if side > image.shape[0]:
        return None
    x, y = spot.mean(axis=0) * scale
    return Crop(float(x), float(y), side)


def _cell(image: Image) -> Points:
    """(2,): pixels of the picture that one of the glance stands for, across and down."""
    return np.array([image.shape[1] / GLANCE[0], image.shape[0] / GLANCE[1]])


def _widened(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each cell with the eight around it."""
    framed = np.pad(cells, 1)
    rows = framed[:-2] | framed[1:-1] | framed[2:]
    wide: NDArray[np.bool_] = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return wide


def _largest_spot(cells: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N, 2): x and y of the cells of the largest group in which each touches another."""
    rows, columns = np.nonzero(cells)
    left = set(zip(columns.tolist(), rows.tolist(), strict=True))
    largest: list[tuple[int, int]] = []
    while left:
        spot = [left.pop()]
        for x, y in spot:
            touching = left & {(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
            left -= touching
            spot += touching
        largest = max(largest, spot, key=len)
    return np.array(largest)
