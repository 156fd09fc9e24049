"""Packed poses: what is read is what was written, to a step, and damage is told."""

import lzma
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from contract.layout import JOINTS, WINDOW_LENGTH
from modeling.checkpoint import DEFAULT_CHECKPOINT
from modeling.detector import Detector
from modeling.pose import PoseTrack
from modeling.pose_window import LENGTH, PACKER, REACH, STEPS, PoseWindow
from modeling.windows import RATE_HZ, track_windows


@pytest.fixture
def windows(repository: Path) -> list[PoseWindow]:
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    return [window.poses for window in track_windows(track) if window.poses is not None]


def packed(data: bytes) -> bytes:
    return lzma.compress(data, format=lzma.FORMAT_RAW, filters=PACKER)


def some(joints: float | NDArray[np.float64]) -> PoseWindow:
    shape = (WINDOW_LENGTH, len(JOINTS), 2)
    return PoseWindow(np.full(shape, joints, np.float32), np.ones(WINDOW_LENGTH, np.bool_), 1.5)


def test_poses_are_read_as_they_were_written_to_half_a_step(windows: list[PoseWindow]) -> None:
    for window in windows:
        read = PoseWindow.decode(window.encode())
        np.testing.assert_allclose(read.joints, window.joints, atol=0.51 / STEPS)
        np.testing.assert_array_equal(read.tracked, window.tracked)
        assert read.aspect == pytest.approx(window.aspect, rel=1e-6)


def test_what_is_lost_changes_no_probability_by_a_two_hundredth(windows: list[PoseWindow]) -> None:
    detector = Detector.load(DEFAULT_CHECKPOINT)
    sent = np.stack([window.features(RATE_HZ) for window in windows])
    read = [PoseWindow.decode(window.encode()).features(RATE_HZ) for window in windows]
    assert np.abs(detector.scores(sent) - detector.scores(np.stack(read))).max() < 0.005


def test_window_is_a_third_of_the_array_that_it_replaces(windows: list[PoseWindow]) -> None:
    assert np.mean([len(window.encode()) for window in windows]) < 1312 / 3


def test_joints_beyond_reach_are_brought_back_and_extremes_survive() -> None:
    assert PoseWindow.decode(some(100.0).encode()).joints.max() == pytest.approx(REACH, abs=0.001)
    assert PoseWindow.decode(some(-100.0).encode()).joints.min() == -REACH
    corners = np.random.default_rng(0).choice([-7.9, 7.9], (WINDOW_LENGTH, len(JOINTS), 2))
    read = PoseWindow.decode(some(corners).encode())
    np.testing.assert_allclose(read.joints, corners, atol=0.51 / STEPS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        some(0.5).encode()[:-1],
        some(0.5).encode() + b"x",
        packed(bytes(LENGTH - 1)),
        packed(bytes(LENGTH + 1)),
        packed(bytes(100_000_000)),
    ],
    ids=["empty", "json", "cut", "more", "short", "long", "bomb"],
)
def test_anything_else_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(ValueError, match="expected the poses of one window"):
        PoseWindow.decode(body)


@pytest.mark.parametrize("aspect", [0.0, -1.0, float("nan"), float("inf")])
def test_aspect_of_no_picture_is_refused(aspect: float) -> None:
    window = PoseWindow(some(0.5).joints, some(0.5).tracked, aspect)
    with pytest.raises(ValueError, match="an aspect above 0"):
        PoseWindow.decode(window.encode())
