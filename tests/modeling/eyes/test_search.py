"""Where people are looked for: where most moves that nobody explains."""

import numpy as np
import pytest

from modeling.eyes.crop import View
from modeling.eyes.search import Search
from modeling.motion import GLANCE, Glance

IMAGE = np.zeros((480, 640, 3), dtype=np.uint8)
STILL = np.zeros(GLANCE[::-1], dtype=np.int16)


def moved_at(*places: tuple[int, int, int, int]) -> Glance:
    """Cells that changed: left, top, width and height of each spot."""
    seen = STILL.copy()
    for left, top, width, height in places:
        seen[top : top + height, left : left + width] = 100
    return seen


def views(seen: Glance) -> list[View]:
    """What is looked at in a second picture in which somebody is followed already."""
    search = Search()
    search.watch(IMAGE, STILL, [])
    search.watch(IMAGE, seen, [])
    return list(search.views(IMAGE, 0.0, [], just_lost=False, alone=False))


def middle(view: View) -> tuple[float, float]:
    return view.left + view.width / 2, view.top + view.height / 2


def test_the_largest_spot_that_moves_is_looked_at() -> None:
    [view] = views(moved_at((5, 5, 3, 3), (40, 20, 6, 10), (20, 40, 2, 2)))
    assert middle(view) == pytest.approx((425, 245), abs=1)
    assert view.height == pytest.approx(2.5 * 12 * 10, abs=1)


def test_spots_that_nearly_touch_are_one() -> None:
    [view] = views(moved_at((20, 20, 4, 4), (26, 26, 4, 4), (45, 10, 5, 5)))
    assert middle(view) == pytest.approx((245, 245), abs=1)


@pytest.mark.parametrize("seen", [STILL, moved_at((20, 10, 12, 28))])
def test_all_of_the_picture_is_looked_at_where_nothing_moves_or_too_much(seen: Glance) -> None:
    assert views(seen) == [View.whole(IMAGE)]
