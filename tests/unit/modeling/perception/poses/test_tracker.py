"""Who is who among bodies that are made here: no pictures."""

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.perception.poses.tracker import KEPT_SEC, Tracker

SHAPE = np.random.default_rng(5).uniform(-0.5, 0.5, size=(35, 2)) * [40.0, 100.0]
STEP = 0.1


def body(x: float, y: float = 120.0, size: float = 1.0) -> NDArray[np.float64]:
    """(35, 4): somebody 100 pixels high about (x, y)."""
    points = np.ones((35, 4))
    points[:, :2] = SHAPE * size + [x, y]
    points[33, :2], points[34, :2] = (x, y), (x, y - 50.0 * size)
    return points


@pytest.fixture
def tracker() -> Tracker:
    return Tracker(most=4)


def numbers(tracker: Tracker) -> list[int]:
    return [track.number for track in tracker.followed]


def places(tracker: Tracker) -> dict[int, int]:
    """Where each number is, in pixels from the left."""
    return {track.number: round(float(np.median(track.joints[:, 0]))) for track in tracker.followed}


def test_people_are_counted_from_one(tracker: Tracker) -> None:
    assert tracker.admit([body(50), body(250)], 0.0) == 2
    assert numbers(tracker) == [1, 2]


def test_one_body_seen_twice_is_one_person(tracker: Tracker) -> None:
    assert tracker.admit([body(50), body(53)], 0.0) == 1
    assert tracker.admit([body(51)], 0.1) == 0
    assert numbers(tracker) == [1]


def test_nobody_beyond_the_most_is_followed() -> None:
    tracker = Tracker(most=2)
    assert tracker.admit([body(50), body(150), body(250)], 0.0) == 2
    assert not tracker.has_room


def test_whoever_was_lost_for_a_moment_keeps_the_number(tracker: Tracker) -> None:
    tracker.admit([body(50), body(250)], 0.0)
    tracker.follow([None, body(250)], STEP)
    assert numbers(tracker) == [2]
    tracker.admit([body(60, 160)], 1.0)
    assert sorted(numbers(tracker)) == [1, 2]


def test_whoever_comes_long_after_is_somebody_new(tracker: Tracker) -> None:
    tracker.admit([body(50)], 0.0)
    tracker.follow([None], STEP)
    tracker.follow([], KEPT_SEC + STEP)
    tracker.admit([body(50)], KEPT_SEC + STEP)
    assert numbers(tracker) == [2]


def test_whoever_comes_far_from_the_lost_is_somebody_new(tracker: Tracker) -> None:
    tracker.admit([body(20)], 0.0)
    tracker.follow([None], STEP)
    tracker.admit([body(300)], 2 * STEP)
    assert numbers(tracker) == [2]


def test_two_who_cross_keep_their_numbers_though_one_is_hidden(tracker: Tracker) -> None:
    tracker.admit([body(50), body(250)], 0.0)
    for i in range(1, 21):
        left, right, time = body(50 + 10 * i), body(250 - 10 * i), i * STEP
        is_hidden = abs(left[33, 0] - right[33, 0]) < 30
        if len(tracker.followed) == 2:
            # The crop of the hidden one shows the body in front.
            tracker.follow([left, left if is_hidden else right], time)
        else:
            tracker.follow([left], time)
        if not is_hidden:
            tracker.admit([left, right], time)
    assert places(tracker)[1] > 200
    assert places(tracker)[2] < 100


def test_of_two_tracks_on_one_body_the_one_that_belongs_there_stays(tracker: Tracker) -> None:
    tracker.admit([body(100), body(120)], 0.0)
    tracker.follow([body(118), body(121)], STEP)
    assert numbers(tracker) == [2]
    assert [track.number for track in tracker.lost] == [1]


def test_a_track_that_jumps_onto_somebody_else_is_lost_where_it_was(tracker: Tracker) -> None:
    tracker.admit([body(100), body(250)], 0.0)
    tracker.follow([body(180), body(252)], STEP)
    assert numbers(tracker) == [2]
    tracker.admit([body(102), body(180)], 2 * STEP)
    assert places(tracker)[1] < 110
    assert set(numbers(tracker)) == {1, 2, 3}


def test_in_another_scene_nobody_is_known(tracker: Tracker) -> None:
    tracker.admit([body(100)], 0.0)
    tracker.forget()
    tracker.admit([body(100)], STEP)
    assert numbers(tracker) == [2]
