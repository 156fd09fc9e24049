"""The ground before a camera, from people who stand on it."""

from dataclasses import replace

import pytest

from modeling.perception.incidents.ground import LEAST_RESTS, Ground
from modeling.perception.windows.posture import Posture

ASPECT = 4 / 3


def standing(x: float, y: float, height: float) -> Posture:
    """Somebody who stands with the feet at (x, y), in picture heights."""
    return Posture(
        time=0.0,
        aspect=ASPECT,
        hips=(x, y - height / 2),
        shoulders=(x, y - 0.8 * height),
        feet=(x, y),
        top=y - height,
        bottom=y,
        torso=1.0,
        slimness=3.0,
        legs=0.7,
        height=height,
        body_length=height,
        outside=0.0,
        seen=1.0,
    )


def walked(height_at, places, times=4):
    ground = Ground()
    for y in places:
        for _ in range(times):
            ground.walked(standing(0.6, y, height_at(y)))
    return ground


def test_who_stands_nearer_is_higher_in_the_picture():
    ground = walked(lambda y: 0.8 * y - 0.1, (0.5, 0.6, 0.7, 0.9))
    assert ground.standing_height(0.8) == pytest.approx(0.54, abs=0.03)
    assert ground.standing_height(0.4) == pytest.approx(0.22, abs=0.03)


def test_a_child_or_a_slip_of_the_tracker_in_one_row_bends_nothing():
    ground = walked(lambda y: 0.05 if y == 0.7 else 0.8 * y - 0.1, (0.5, 0.6, 0.7, 0.8, 0.9))
    assert ground.standing_height(0.85) == pytest.approx(0.58, abs=0.06)


def test_of_one_row_the_height_there_is_known():
    assert walked(lambda _: 0.5, (0.8,)).standing_height(0.8) == pytest.approx(0.5)


def test_of_a_ground_on_which_nobody_walked_nothing_is_known():
    assert Ground().standing_height(0.8) is None
    assert not Ground().is_walked((0.5, 0.8), ASPECT)


def test_somebody_cut_by_an_edge_teaches_nothing():
    ground = Ground()
    for _ in range(10):
        ground.walked(replace(standing(0.6, 0.8, 0.5), outside=0.1))
    assert ground.standing_height(0.8) is None


def test_a_place_where_people_rest_and_get_up_again_is_furniture():
    ground = Ground()
    for count in range(LEAST_RESTS):
        assert not ground.is_rest((0.6, 0.55), ASPECT), count
        ground.rested(standing(0.6, 0.8, 0.5))
    assert ground.is_rest((0.6, 0.55), ASPECT)
    assert not ground.is_rest((0.1, 0.1), ASPECT)
