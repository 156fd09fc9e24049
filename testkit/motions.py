"""A person made of 33 landmarks, walking or falling, as any test may need one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Landmark, Poses, PoseTrack

ASPECT = 4 / 3

STANDING = {
    Landmark.NOSE: (0.50, 0.20),
    Landmark.LEFT_SHOULDER: (0.54, 0.30),
    Landmark.RIGHT_SHOULDER: (0.46, 0.30),
    Landmark.LEFT_ELBOW: (0.56, 0.40),
    Landmark.RIGHT_ELBOW: (0.44, 0.40),
    Landmark.LEFT_WRIST: (0.57, 0.50),
    Landmark.RIGHT_WRIST: (0.43, 0.50),
    Landmark.LEFT_HIP: (0.53, 0.52),
    Landmark.RIGHT_HIP: (0.47, 0.52),
    Landmark.LEFT_KNEE: (0.53, 0.68),
    Landmark.RIGHT_KNEE: (0.47, 0.68),
    Landmark.LEFT_ANKLE: (0.53, 0.84),
    Landmark.RIGHT_ANKLE: (0.47, 0.84),
}

STANDING_JOINTS = np.array(
    [
        [0.0, 0.0, 1.6], [0.0, 0.2, 1.4], [0.0, -0.2, 1.4], [0.0, 0.3, 1.1], [0.0, -0.3, 1.1],
        [0.0, 0.3, 0.9], [0.0, -0.3, 0.9], [0.0, 0.1, 0.9], [0.0, -0.1, 0.9], [0.0, 0.1, 0.5],
        [0.0, -0.1, 0.5], [0.0, 0.1, 0.1], [0.0, -0.1, 0.1],
    ]
)  # fmt: skip
"""(13, 3) in metres: the layout's joints of somebody who stands and looks along x."""

Motion = Callable[[float], NDArray[np.float32]]
Film = Callable[..., PoseTrack]


def _standing() -> NDArray[np.float32]:
    landmarks = np.full((LANDMARK_COUNT, 4), 0.5, dtype=np.float32)
    for landmark, position in STANDING.items():
        landmarks[landmark, :2] = position
    return landmarks


def turned(share: float) -> NDArray[np.float32]:
    """Turned about the ankles by `share` of a quarter turn."""
    landmarks, angle = _standing(), share * np.pi / 2
    ankles = np.array([0.5, 0.84])
    offset = (landmarks[:, :2] - ankles) * [ASPECT, 1.0]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    landmarks[:, :2] = offset @ turn.T / [ASPECT, 1.0] + ankles
    return landmarks


def fall(time: float) -> NDArray[np.float32]:
    """Somebody who stands for two seconds, falls within one, and stays down."""
    return turned(float(np.clip(time - 2.0, 0.0, 1.0)))


def sway(time: float) -> NDArray[np.float32]:
    """Somebody who sways smoothly from side to side."""
    landmarks = _standing()
    landmarks[:, 0] += 0.05 * np.sin(time)
    landmarks[:, 1] += 0.02 * np.sin(0.7 * time)
    return landmarks


def filmed(motion: Motion, fps: float = 30.0, seconds: float = 4.0) -> PoseTrack:
    """Record a motion."""
    times = [i / fps for i in range(round(seconds * fps))]
    return PoseTrack.from_poses(
        [Poses(i, t, ASPECT, (Body(1, motion(t)),)) for i, t in enumerate(times)]
    )


def _together(*tracks: PoseTrack) -> PoseTrack:
    stream = []
    for frames in zip(*tracks, strict=True):
        bodies = [replace(frame.bodies[0], person=n) for n, frame in enumerate(frames, start=1)]
        stream.append(replace(frames[0], bodies=tuple(bodies)))
    return PoseTrack.from_poses(stream)


@pytest.fixture
def together() -> Film:
    """`together(track, other)`: the only person of each, numbered from 1 on, in one picture."""
    return _together


@pytest.fixture
def standing() -> NDArray[np.float32]:
    """(33, 4) landmarks of somebody who stands in the middle of the picture."""
    return _standing()


@pytest.fixture
def swaying() -> Motion:
    """Somebody who sways smoothly from side to side."""
    return sway


@pytest.fixture
def falling() -> Motion:
    """Somebody who stands for two seconds, falls within one, and stays down."""
    return fall


@pytest.fixture
def film() -> Film:
    """Record a motion: `film(motion, fps=30, seconds=4)`."""
    return filmed
