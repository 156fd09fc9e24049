"""Streams of poses to windows at a fixed rate, whatever the camera's frame rate is."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.poses.pose import Body, Poses
from modeling.perception.windows.features import JOINT_INDICES, window_features
from modeling.perception.windows.posture import Posture

RATE_HZ = 10.0
# A longer hole is not interpolated: the last pose is held and marked as not tracked.
MAX_GAP_SEC = 0.35
# A person with fewer tracked poses has no window.
MIN_TRACKED = 4
# After a hole as long as a window nothing of the past is left, and the grid starts again.
RESTART_GAP_SEC = WINDOW_LENGTH / RATE_HZ
# Sizes are whole and even: 640x360 and 854x480 have the same shape.
ASPECT_TOLERANCE = 0.02
# Decoders round time stamps to milliseconds; a frame this close to a grid time counts as on it.
GRID_TOLERANCE_SEC = 0.002


@dataclass(frozen=True, eq=False)
class Window:
    """The last 1.6 s of one person, oldest pose first.

    `joints` is (16, 13, 3) float32: x and y of `contract.layout.JOINTS` as shares of the picture,
    and in 0..1 how well each is seen, 0 where it lies outside of the picture or the pose is held.
    """

    person: int
    joints: NDArray[np.float32]
    aspect: float

    @property
    def features(self) -> NDArray[np.float32]:
        """(16, F) float32, made from the joints at each call; `stacked_features` makes many."""
        return window_features(self.joints, self.aspect, RATE_HZ)


@dataclass(frozen=True)
class Moment:
    """The stream at one grid time: a window for each person who was seen of late.

    `time` is in seconds, `frame_idx` and `aspect` are the newest frame's, windows by person.
    Without `has_picture` the stream stalls, and nobody can be seen. With `is_cut` another scene
    begins: no place in the picture is what it was.
    """

    time: float
    frame_idx: int
    aspect: float
    windows: tuple[Window, ...] = ()
    has_picture: bool = True
    is_cut: bool = False

    @cached_property
    def postures(self) -> tuple[Posture | None, ...]:
        """How the person of each window holds himself now, None who is not seen; made once."""
        return tuple(Posture.of(one.joints, self.aspect, self.time) for one in self.windows)


def stacked_features(windows: Sequence[Window]) -> NDArray[np.float32]:
    """(N, 16, F) float32: the features of windows of one stream, whose shape does not change."""
    if not windows:
        return np.zeros((0, WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)
    joints = np.stack([window.joints for window in windows])
    return window_features(joints, windows[0].aspect, RATE_HZ)


class WindowBuilder:
    """Resamples poses onto a grid of `RATE_HZ` and yields a moment at each grid time.

    The same motion gives the same windows at 15 and at 30 frames/s: between two tracked poses
    joints are interpolated linearly in time, so a moment is late by one frame at most.
    """

    def __init__(self) -> None:
        self._people: dict[int, _Resampler] = {}
        self._last_time = 0.0
        self._aspect = 0.0
        self._start = 0.0
        self._ticks = 0

    def push(self, poses: Poses) -> list[Moment]:
        """Take the next frame's poses, get the moments that they complete (mostly 0 or 1)."""
        is_hole = poses.time - self._last_time > RESTART_GAP_SEC
        # In a picture of another shape the same numbers are other places.
        is_other_shape = abs(poses.aspect - self._aspect) > ASPECT_TOLERANCE
        if self._ticks == 0 or is_hole or is_other_shape or poses.is_cut:
            self._restart(poses)
        for body in poses.bodies:
            self._people.setdefault(body.person, _Resampler()).see(poses.time, body)
        moments = list[Moment]()
        while (tick := self._start + self._ticks / RATE_HZ) <= poses.time + GRID_TOLERANCE_SEC:
            self._ticks += 1
            windows = self._windows(tick, poses.aspect)
            is_cut = poses.is_cut and not moments
            moments.append(Moment(tick, poses.frame_idx, poses.aspect, windows, is_cut=is_cut))
        self._last_time = poses.time
        return moments

    def _restart(self, poses: Poses) -> None:
        self._people.clear()
        self._start, self._ticks, self._aspect = poses.time, 0, poses.aspect

    def _windows(self, tick: float, aspect: float) -> tuple[Window, ...]:
        windows = []
        for person, resampler in sorted(self._people.items()):
            resampler.sample(tick)
            joints = resampler.window()
            if joints is not None:
                windows.append(Window(person, joints, aspect))
            elif resampler.is_gone:
                del self._people[person]
        return tuple(windows)


class _Resampler:
    """The poses of one person on the grid, from the first one on."""

    def __init__(self) -> None:
        self._samples: deque[NDArray[np.float32]] = deque(maxlen=WINDOW_LENGTH)
        self._before: tuple[float, NDArray[np.float32]] | None = None
        self._newest: tuple[float, NDArray[np.float32]] | None = None

    def see(self, time: float, body: Body) -> None:
        """Take the pose of a frame; one without any joint that is seen counts as none."""
        joints = seen_joints(body)
        if is_tracked(joints):
            self._before, self._newest = self._newest, (time, joints)

    def sample(self, tick: float) -> None:
        """Add the pose at the grid time `tick`, which is not after the newest frame's."""
        if self._newest is not None:
            self._samples.append(self._at(tick, *self._newest))

    def window(self) -> NDArray[np.float32] | None:
        """(16, 13, 3), None with too few poses; the first one tracked stands for its past."""
        tracked = [is_tracked(sample) for sample in self._samples]
        if sum(tracked) < MIN_TRACKED:
            return None
        samples = list(self._samples)[tracked.index(True) :]
        past = [_held(samples[0])] * (WINDOW_LENGTH - len(samples))
        return np.stack(past + samples)

    @property
    def is_gone(self) -> bool:
        """Whether nothing of a whole window was seen."""
        return not any(map(is_tracked, self._samples))

    def _at(self, tick: float, time: float, joints: NDArray[np.float32]) -> NDArray[np.float32]:
        if tick > time + GRID_TOLERANCE_SEC:  # in the newest frame the person was not found
            return _held(joints)
        if self._before is None or time - tick <= GRID_TOLERANCE_SEC:
            return joints
        before, earlier = self._before
        if time - before > MAX_GAP_SEC:
            return _held(earlier)
        share = np.float32((tick - before) / (time - before))
        between: NDArray[np.float32] = earlier + share * (joints - earlier)
        return between


def track_moments(poses: Iterable[Poses]) -> list[Moment]:
    """The moments of a whole stream, as a live agent would build them one by one."""
    builder = WindowBuilder()
    return [moment for frame in poses for moment in builder.push(frame)]


def seen_joints(body: Body) -> NDArray[np.float32]:
    """(13, 3): x, y and how well it is seen of each joint, 0 for one outside of the picture."""
    joints = body.landmarks[JOINT_INDICES][:, [0, 1, 3]]
    inside = ((joints[:, :2] >= 0.0) & (joints[:, :2] <= 1.0)).all(axis=1)
    joints[:, 2] = np.clip(joints[:, 2], 0.0, 1.0) * inside
    return joints


def is_tracked(joints: NDArray[np.float32]) -> bool:
    """Whether any of the (13, 3) joints is seen."""
    return bool((joints[:, 2] > 0.0).any())


def _held(joints: NDArray[np.float32]) -> NDArray[np.float32]:
    held = joints.copy()
    held[:, 2] = 0.0
    return held
