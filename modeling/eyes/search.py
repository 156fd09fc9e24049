"""Where in a picture, and when, people are looked for."""

from collections.abc import Iterator

import cv2
import numpy as np

from modeling.eyes.crop import Crop, View
from modeling.motion import GLANCE, Glance, moved
from modeling.picture import Image

SEARCH_SEC = 0.1
OTHERS_SEC = 1.0
"""Seconds between two searches: for somebody who is lost or for anybody; for others."""
EARLY_SEC = 0.02
"""Pictures come at no very moment."""
LEAST_MOVED = 0.25
"""Of the picture's height: the side of the smallest square that is looked at where it moves."""
MOVED_MARGIN = 2.5
"""What moves may be a hand: the square is so many times as large."""
TURNS = (0, 1, 0, 3)
"""Quarter turns, one after the other: the finder knows bodies that lie least."""


class Search:
    """Follows one stream; a look costs twice what following a body does, so they are few."""

    def __init__(self) -> None:
        self._searched = float("-inf")
        self._round = 0
        self._seen: Glance | None = None
        self._moved: Crop | None = None

    def watch(self, image: Image, seen: Glance, followed: list[Crop]) -> None:
        """Note what of a picture moves that nobody who is followed explains."""
        if self._seen is not None:
            self._moved = _moved_square(image, seen, self._seen, followed)
        self._seen = seen

    def views(
        self, image: Image, time: float, lost: list[Crop], just_lost: bool, alone: bool
    ) -> Iterator[View]:
        """What to look at in this picture, until somebody new is found; often nothing.

        `lost` are the places of those who were lost a moment ago, with `just_lost` one of them in
        this picture; `alone` says that nobody is followed now.
        """
        interval = SEARCH_SEC if lost or alone else OTHERS_SEC
        if not just_lost and time - self._searched < interval - EARLY_SEC:
            return
        self._searched, self._round = time, self._round + 1
        turns = TURNS[self._round % len(TURNS)]
        if just_lost:
            yield View.around(lost[-1], image)
        for crop in lost[-1:]:
            yield View.around(crop, image, turns or int(just_lost))
        if alone or not lost:
            yield from self._elsewhere(image, turns, alone)

    def _elsewhere(self, image: Image, turns: int, alone: bool) -> Iterator[View]:
        moved_now = self._moved if self._round % 2 else None
        if moved_now is None or alone:
            yield View.whole(image)
        if moved_now is not None:
            yield View.around(moved_now, image)
        elif alone and turns:
            yield View.whole(image, turns)


def _moved_square(image: Image, seen: Glance, before: Glance, followed: list[Crop]) -> Crop | None:
    """The largest spot that moved; None when there is none, or it fills the picture."""
    cells = np.asarray(moved(seen, before), dtype=np.uint8)
    scale = image.shape[1] / GLANCE[0], image.shape[0] / GLANCE[1]
    for crop in followed:
        half = crop.side / 2
        left, right = (crop.x - half) / scale[0], (crop.x + half) / scale[0]
        top, bottom = (crop.y - half) / scale[1], (crop.y + half) / scale[1]
        cells[
            max(0, int(top)) : max(0, int(bottom) + 1), max(0, int(left)) : max(0, int(right) + 1)
        ] = 0
    joined = cv2.dilate(cells, np.ones((3, 3), np.uint8))
    count, _, spots, middles = cv2.connectedComponentsWithStats(joined)
    if count < 2:
        return None
    spot = 1 + int(np.argmax(spots[1:, cv2.CC_STAT_AREA]))
    width = spots[spot, cv2.CC_STAT_WIDTH] * scale[0]
    height = spots[spot, cv2.CC_STAT_HEIGHT] * scale[1]
    side = max(MOVED_MARGIN * max(width, height), LEAST_MOVED * image.shape[0])
    if side > image.shape[0]:
        return None
    return Crop(middles[spot][0] * scale[0], middles[spot][1] * scale[1], side)
