import numpy as np
import pytest

from modeling.perception.images.posture import POSTURE, prepare
from modeling.perception.poses.pose import PoseTrack
from modeling.training.images.backgrounds import background
from modeling.training.images.pictures import decode
from modeling.training.images.posture_examples import (
    BACKGROUND,
    POINTS,
    REAL,
    body_points,
    clip_examples,
    frame_truth,
    softened,
)


@pytest.fixture
def examples(urfd, recordings, poses):
    track = PoseTrack.load(poses / "tracks" / f"{recordings[0].name}.npz")
    images = decode(recordings[0].file)
    return clip_examples(recordings[0], images, recordings[0].postures, track)


def test_frames_before_the_first_official_posture_show_nobody(examples):
    labels = [POSTURE.labels[index] for index in examples.truth]
    expected = ["nobody"] * 3 + ["upright"] * 9 + ["transition"] * 4 + ["lying"] * 8
    assert labels == expected
    assert not examples.points[:3].any()


def test_what_frames_without_a_posture_show_later_is_unknown():
    assert frame_truth({2: "upright", 4: "lying"}, 6).tolist() == [3, 3, 0, -1, 2, -1]


def test_no_room_is_made_where_real_frames_show_it_empty(examples):
    assert set(examples.kinds) == {REAL}


def test_targets_are_shared_where_one_posture_becomes_another(examples):
    targets = softened(examples, reach=2)
    np.testing.assert_allclose(targets.sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(targets[12], [0.4, 0.6, 0.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(targets[20], [0.0, 0.0, 1.0, 0.0], atol=1e-6)
    np.testing.assert_array_equal(targets[2:4], np.eye(4)[[3, 0]])


def test_a_room_is_seen_where_nobody_was_for_a_while():
    room = np.random.default_rng(0).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    frames = np.repeat(room[None], 20, axis=0)
    boxes = [(0.0, 0.0, 0.3, 1.0) if f < 10 else (0.6, 0.0, 1.0, 1.0) for f in range(20)]
    for frame, (left, _, right, _) in zip(frames, boxes, strict=True):
        frame[:, round(left * 32) : round(right * 32)] = 0
    empty, hole = background(frames, boxes, np.ones(20, dtype=np.bool_))
    assert hole == 0.0
    np.testing.assert_array_equal(empty, room)


def test_what_no_frame_shows_of_a_room_is_counted():
    frames = np.full((9, 24, 32, 3), 100, dtype=np.uint8)
    _, hole = background(frames, [(0.0, 0.0, 0.5, 1.0)] * 9, np.ones(9, dtype=np.bool_))
    assert hole == 0.5


def test_the_points_of_a_body_that_was_not_found_are_not_known():
    landmarks = np.full((2, 33, 4), 0.75, dtype=np.float32)
    landmarks[1] = np.nan
    points = body_points(landmarks)
    assert points.shape == (2, len(POINTS), 3)
    np.testing.assert_allclose(points[0], np.tile([0.5, 0.5, 1.0], (len(POINTS), 1)))
    assert not points[1].any()


def test_examples_are_prepared_as_the_task_prepares_pictures(recordings, examples):
    images = decode(recordings[0].file)
    np.testing.assert_array_equal(examples.inputs[5], prepare(images[5]))
    assert BACKGROUND not in examples.kinds
