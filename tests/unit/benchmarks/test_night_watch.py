"""What counts as a pose in the dark: one that is fresh, and where the body is."""

import numpy as np
import pytest

from benchmarks.night_watch import instants, is_where
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Landmark, Poses, PoseTrack

ASPECT = 4 / 3


def body(x: float) -> Body:
    """Upright at `x`, with a torso of 0.3 of the picture's height."""
    landmarks = np.full((LANDMARK_COUNT, 4), 0.5, dtype=np.float32)
    landmarks[:, 0] = x
    landmarks[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1] = 0.3
    landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1] = 0.6
    return Body(1, landmarks)


@pytest.mark.parametrize(("beside", "same"), [(0.0, True), (0.1, True), (0.15, False)])
def test_body_is_where_another_is_within_half_a_torso(beside: float, same: bool) -> None:
    assert is_where(body(0.5), [body(0.9), body(0.5 + beside)], ASPECT) is same
    assert not is_where(body(0.5), [], ASPECT)


def test_answer_counts_until_it_is_old() -> None:
    answers = [Poses(0, 0.0, ASPECT, (body(0.5),)), Poses(1, 1.0, ASPECT), Poses(2, 1.2, ASPECT)]
    seen = [bool(bodies) for _, bodies in instants(PoseTrack.from_poses(answers), 1.2)]
    assert seen == [True] * 4 + [False] * 8
