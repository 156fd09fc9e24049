"""Streams of poses to windows at a fixed rate, whatever the camera's frame rate is."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.layout import WINDOW_LENGTH
from modeling.features import JOINT_INDICES
from modeling.pose import LANDMARK_COUNT, Pose
from modeling.pose_window import PoseWindow

RATE_HZ = 10.0
# A longer hole is not bridged: the last pose is held and marked as not tracked.
MAX_GAP_SEC = 0.35
# With fewer tracked poses a window shows nobody, and there is nothing to ask about it.
MIN_TRACKED = 4
# After a hole as long as a window nothing of the past is left, and the grid starts anew.
RESTART_GAP_SEC = WINDOW_LENGTH / RATE_HZ
# Sizes are whole and even: 640x360 and 854x480 have the same shape.
ASPECT_TOLERANCE = 0.02
# Decoders round time stamps to milliseconds; a frame this close to a grid time stands on it.
GRID_TOLERANCE_SEC = 0.002


@dataclass(frozen=True)
class Window:
    """The stream at one grid time: `time` in seconds and `frame_idx` are the newest pose's.

    `features` is (16, F) float32, oldest pose first, or None where nobody was seen of late;
    `poses` is what they were made from.
    """

    features: NDArray[np.float32] | None
    time: float
    frame_idx: int
    poses: PoseWindow | None = None


@dataclass(frozen=True)
class _Sample:
    landmarks: NDArray[np.float32]
    tracked: bool


class WindowBuilder:
    """Resamples poses onto a grid of `RATE_HZ` and yields a window at each grid time.

    The same motion gives the same windows at 15 and at 30 frames/s: between two tracked poses
    landmarks are interpolated linearly in time, so a window is late by one frame at most.
    """

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=WINDOW_LENGTH)
        self._last_tracked: Pose | None = None
        self._last_time = 0.0
        self._aspect = 0.0
        self._start = 0.0
        self._ticks = 0

    def push(self, pose: Pose) -> list[Window]:
        """Take the next pose of the stream, get the windows that it completes (mostly 0 or 1)."""
        is_hole = pose.time - self._last_time > RESTART_GAP_SEC
        # In a picture of another shape the same numbers are other places.
        is_other_shape = abs(pose.aspect - self._aspect) > ASPECT_TOLERANCE
        if self._ticks == 0 or is_hole or is_other_shape or pose.is_cut:
            self._restart(pose)
        windows = []
        while (tick := self._start + self._ticks / RATE_HZ) <= pose.time + GRID_TOLERANCE_SEC:
            self._samples.append(self._sample(pose, tick))
            self._ticks += 1
            poses = self._poses(pose.aspect)
            features = None if poses is None else poses.features(RATE_HZ)
            windows.append(Window(features, tick, pose.frame_idx, poses))
        self._last_time = pose.time
        if pose.landmarks is not None:
            self._last_tracked = pose
        return windows

    def _restart(self, pose: Pose) -> None:
        self._samples.clear()
        self._last_tracked = None
        self._start, self._ticks, self._aspect = pose.time, 0, pose.aspect

    def _sample(self, pose: Pose, tick: float) -> _Sample:
        before = self._last_tracked
        if pose.landmarks is not None:
            if before is None or abs(tick - pose.time) <= GRID_TOLERANCE_SEC:
                return _Sample(pose.landmarks, tracked=True)
            if pose.time - before.time <= MAX_GAP_SEC:
                return _Sample(_interpolate(before, pose, tick), tracked=True)
        if before is None or before.landmarks is None:
            return _Sample(np.zeros((LANDMARK_COUNT, 4), dtype=np.float32), tracked=False)
        return _Sample(before.landmarks, tracked=False)

    def _poses(self, aspect: float) -> PoseWindow | None:
        if sum(sample.tracked for sample in self._samples) < MIN_TRACKED:
            return None
        # Before a stream is one window old, its first tracked pose stands for its past.
        first = next(i for i, sample in enumerate(self._samples) if sample.tracked)
        samples = list(self._samples)[first:]
        past = [_Sample(samples[0].landmarks, tracked=False)] * (WINDOW_LENGTH - len(samples))
        filled = past + samples
        joints = np.stack([sample.landmarks[JOINT_INDICES, :2] for sample in filled])
        return PoseWindow(joints, np.array([sample.tracked for sample in filled]), aspect)


def track_windows(poses: Iterable[Pose]) -> list[Window]:
    """The windows of a whole stream, as a live agent would build them one by one."""
    builder = WindowBuilder()
    return [window for pose in poses for window in builder.push(pose)]


def _interpolate(before: Pose, after: Pose, time: float) -> NDArray[np.float32]:
    if before.landmarks is None or after.landmarks is None:
        raise ValueError("only tracked poses can be interpolated")
    share = np.float32((time - before.time) / (after.time - before.time))
    between: NDArray[np.float32] = before.landmarks + share * (after.landmarks - before.landmarks)
    return between
