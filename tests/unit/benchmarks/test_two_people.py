import numpy as np
import pytest

from benchmarks.two_people import composed, middle, moving, pairs_of
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Poses, PoseTrack
from modeling.training.datasets.labels import Recording

ROOM = np.full((60, 80, 3), 100, np.uint8)


def with_somebody(x):
    image = ROOM.copy()
    image[10:50, x : x + 12] = 200
    return image


def test_whoever_moves_is_cut_out_and_the_room_is_left():
    people = moving([ROOM] * 20 + [with_somebody(x) for x in range(5, 60, 10)])
    assert len(people) == 6
    image, mask = people[0]
    assert mask[30, 8]
    assert not mask[30, 60]
    assert image[30, 8, 0] == 200


def test_both_are_in_the_composed_picture():
    other = moving([ROOM] * 20 + [with_somebody(5)])
    (picture,) = composed([with_somebody(60)], other)
    assert (picture[30, 8, 0], picture[30, 65, 0], picture[30, 40, 0]) == (200, 200, 100)


def recording(name, view):
    return Recording(name, name, view, view, "le2i", file=None, spans=())


def test_a_fall_is_paired_with_daily_life_before_the_same_camera():
    clips = [
        recording("le2i-coffee_room-001", "coffee_room"),
        recording("le2i-office-001", "office"),
        recording("le2i-coffee_room-061", "coffee_room"),
        recording("le2i-office-018", "office"),
    ]
    pairs = {p.fall.name: p.other.name for p in pairs_of(clips, np.random.default_rng(0))}
    assert pairs == {
        "le2i-coffee_room-001": "le2i-coffee_room-061",
        "le2i-office-001": "le2i-office-018",
    }


def test_a_body_s_middle_is_that_of_the_person_asked_for():
    def body(person, x):
        return Body(person, np.full((LANDMARK_COUNT, 4), x, np.float32))

    track = PoseTrack.from_poses([Poses(0, 0.0, 1.0, (body(1, 0.2), body(2, 0.8)))])
    assert middle(track, 0.0, 1)[0] == pytest.approx(0.2)
    assert middle(track, 0.0, 2)[0] == pytest.approx(0.8)
