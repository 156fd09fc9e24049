import numpy as np
import pytest

from modeling.perception.poses.pose import Landmark, PoseTrack
from modeling.training.detectors.augmentation.viewpoint import (
    FOCAL_LENGTH,
    HIPS,
    SHOULDERS,
    TORSO_M,
    Viewpoint,
    film,
    lift,
    view_from_elsewhere,
)

ANKLES = [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]


def viewpoint(azimuth=0.0, pitch=0.0, distance=3.0):
    cos, sin = np.cos(azimuth), np.sin(azimuth)
    turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
    cos, sin = np.cos(pitch), np.sin(pitch)
    turn = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]]) @ turn
    return Viewpoint(turn, distance, FOCAL_LENGTH, np.zeros(2))


@pytest.fixture
def standing():
    """A flat person in the middle of a square picture: head up, shoulders 0.1 to each side."""
    landmarks = np.zeros((4, 33, 4), dtype=np.float32)
    landmarks[..., :2] = 0.5
    landmarks[:, Landmark.NOSE, 1] = 0.2
    landmarks[:, SHOULDERS, :2] = [[0.6, 0.3], [0.4, 0.3]]
    landmarks[:, ANKLES, 1] = 0.9
    return PoseTrack.of_person(np.arange(4) / 30, landmarks, 1.0)


def test_the_torso_of_a_lifted_body_is_half_a_metre_long(standing):
    body = lift(standing)
    torso = body[:, SHOULDERS].mean(axis=1) - body[:, HIPS].mean(axis=1)
    np.testing.assert_allclose(np.linalg.norm(torso, axis=1), TORSO_M, rtol=1e-5)


def test_filmed_from_where_it_stood_the_picture_is_the_same(standing):
    distance = FOCAL_LENGTH * TORSO_M / 0.2
    again = film(lift(standing), viewpoint(distance=distance), standing)
    np.testing.assert_allclose(again.landmarks, standing.landmarks, atol=1e-5)


def test_from_the_side_shoulders_stand_behind_each_other(standing):
    aside = film(lift(standing), viewpoint(azimuth=np.pi / 2), standing).landmarks
    across = aside[0, SHOULDERS[0], :3] - aside[0, SHOULDERS[1], :3]
    assert abs(across[0]) < 1e-5
    assert abs(across[2]) > 0.1


def test_from_behind_left_and_right_change_places(standing):
    behind = film(lift(standing), viewpoint(azimuth=np.pi), standing).landmarks
    assert behind[0, SHOULDERS[0], 0] < 0.5 < behind[0, SHOULDERS[1], 0]


def test_from_above_the_head_is_nearer_than_the_feet(standing):
    above = film(lift(standing), viewpoint(pitch=np.deg2rad(30)), standing).landmarks
    assert above[0, Landmark.NOSE, 2] < 0 < above[0, ANKLES[0], 2]
    upright = film(lift(standing), viewpoint(), standing).landmarks
    assert np.ptp(above[0, :, 1]) < np.ptp(upright[0, :, 1])


def test_who_is_out_of_the_picture_is_not_found(standing):
    beside = Viewpoint(np.eye(3), 3.0, FOCAL_LENGTH, np.array([0.7, 0.0]))
    filmed = film(lift(standing), beside, standing)
    assert (len(filmed), len(filmed.landmarks)) == (4, 0)


def test_frames_without_a_person_stay_so(fall, rng):
    track = fall.track.with_bodies((fall.track.rows < 10) | (fall.track.rows >= 20))
    seen = view_from_elsewhere(track, rng)
    seen.check()
    assert len(seen) == len(track)
    assert not set(range(10, 20)) & set(seen.rows.tolist())


def test_a_clip_with_nobody_in_it_is_left_as_it_is(fall, rng):
    nobody = fall.track.with_bodies(np.zeros(len(fall.track.rows), dtype=bool))
    assert view_from_elsewhere(nobody, rng) is nobody
