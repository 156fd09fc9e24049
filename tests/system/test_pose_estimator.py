"""Real videos through the estimator that ships."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.poses.pose import Landmark, Poses
from modeling.perception.poses.pose_estimator import PoseEstimator


@pytest.fixture
def estimator() -> PoseEstimator:
    return PoseEstimator()


def frames(shared_data: Path, name: str, every: int = 3) -> Iterator[Frame]:
    video = VideoFile(shared_data / "urfd" / "videos" / f"{name}.mp4")
    yield from (frame for frame in video.frames() if frame.index % every == 0)
    video.close()


def height_of_hips(poses: Poses) -> float:
    landmarks = poses.bodies[0].landmarks
    return float(landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1].mean())


def test_somebody_who_falls_stays_one_person_from_standing_to_the_floor(
    shared_data: Path, estimator: PoseEstimator
) -> None:
    estimated = [estimator.estimate(frame) for frame in frames(shared_data, "fall-05-cam0")]
    seen = [poses for poses in estimated if poses.bodies]
    assert {body.person for poses in seen for body in poses.bodies} == {1}
    assert all(len(poses.bodies) == 1 for poses in seen)
    # Another processor finds another few.
    assert len(seen) >= 0.9 * len(estimated)
    assert height_of_hips(seen[-1]) > height_of_hips(seen[5]) + 0.2
    assert seen[0].aspect == pytest.approx(4 / 3)


def test_two_people_side_by_side_keep_their_numbers(
    shared_data: Path, estimator: PoseEstimator
) -> None:
    sides = frames(shared_data, "adl-01-cam0"), frames(shared_data, "fall-05-cam0")
    numbers: dict[bool, list[int]] = {True: [], False: []}
    for one, other in zip(*sides, strict=False):
        image = np.concatenate([one.image, other.image], axis=1)
        for body in estimator.estimate(Frame(one.index, one.time, image)).bodies:
            numbers[bool(body.landmarks[Landmark.LEFT_HIP, 0] < 0.5)].append(body.person)
    left, right = numbers[True], numbers[False]
    assert min(len(left), len(right)) >= 25
    assert set(left) | set(right) == {1, 2}
    assert len(set(left)) == len(set(right)) == 1
