"""Where people are looked for: where most moves that nobody explains."""

from collections.abc import Sequence

import numpy as np
import pytest

from modeling.perception.frames.motion import GLANCE, Glance
from modeling.perception.poses.crop import Crop, View
from modeling.perception.poses.search import Search

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


def looks(times: Sequence[float], *, seen: Glance = STILL) -> list[list[View]]:
    """What is looked at in pictures of an empty room, of which the later ones show `seen`."""
    search, found = Search(), []
    for number, time in enumerate(times):
        search.watch(IMAGE, STILL if number % 2 else seen, [])
        found.append(list(search.views(IMAGE, time, [], just_lost=False, alone=True)))
    return found


def test_an_empty_room_is_looked_at_upright_and_turned_and_then_seldom() -> None:
    often, seldom = looks([0.2 * n for n in range(8)]), looks([0.2 * n for n in range(68)])
    assert {view.turns for [view] in often} == {0, 1, 3}
    assert [n for n, views in enumerate(seldom) if views][8:] == [37, 67]


def test_while_something_moves_each_picture_is_looked_at() -> None:
    everywhere = moved_at((0, 0, *GLANCE))
    everywhere[:, ::2] = 0
    found = looks([0.2 * n for n in range(48)], seen=everywhere)
    assert all(len(views) == 1 for views in found)


def test_who_is_lost_is_looked_for_upright_and_turned_at_once_and_in_turns_after() -> None:
    search, lost = Search(), [Crop(320.0, 240.0, 200.0)]
    at_once = list(search.views(IMAGE, 0.0, lost, just_lost=True, alone=True))
    assert [view.turns for view in at_once if view.width == 200] == [0, 1]
    after = [
        list(search.views(IMAGE, 0.2 * n, lost, just_lost=False, alone=True)) for n in range(1, 9)
    ]
    assert {view.turns for views in after for view in views if view.width == 200} == {0, 1, 3}


def test_what_moves_and_is_nobody_is_looked_at_less_and_less_until_somebody_comes() -> None:
    search, somebody = Search(), [np.full((17, 2), 20.0)]
    looked = []
    for number in range(40):
        followed = somebody if number >= 25 else []
        search.watch(IMAGE, moved_at((40, 20, 6, 10)) if number % 2 else STILL, followed)
        if list(search.views(IMAGE, 0.2 * number, [], just_lost=False, alone=False)):
            looked.append(number)
    assert looked[1:6] == [3, 9, 15, 21, 25]
