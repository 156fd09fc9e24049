"""Joins short motions to one person who walks about a room for as long as is wanted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.training.datasets.adapters.motion import MotionClip
from modeling.training.synthetic.cameras.scene import Scene

Array = NDArray[np.float64]

RATE_HZ = 15.0
ROOM = 3.5  # metres from its middle to where somebody turns back
TURNING = np.pi / 1.0  # radians a second at which somebody turns between two motions
LEAST_BRIDGE = 0.3  # seconds from the last pose of one motion to the first of the next
ORIGIN = np.zeros(2)
HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]


def stroll(rng: np.random.Generator, clips: Sequence[MotionClip], seconds: float) -> Scene:
    """One person does one motion after the other, at 15 Hz, in a room around (0, 0)."""
    place, heading = rng.uniform(-2.0, 2.0, 2), rng.uniform(-np.pi, np.pi)
    walked = _placed(_drawn(rng, clips), place, heading)
    parts, frames = [walked], len(walked)
    while frames < seconds * RATE_HZ:
        last = parts[-1][-1:]
        place = last[0, HIPS, :2].mean(axis=0)
        following = _placed(_drawn(rng, clips), place, _way_to_go(rng, place))
        parts += [_bridge(last, following[:1]), following]
        frames += len(parts[-1]) + len(parts[-2])
    bodies = np.concatenate(parts)[: int(seconds * RATE_HZ)]
    return Scene(np.arange(len(bodies)) / RATE_HZ, bodies[None])


def _drawn(rng: np.random.Generator, clips: Sequence[MotionClip]) -> Array:
    return clips[int(rng.integers(len(clips)))].joints


def _way_to_go(rng: np.random.Generator, place: Array) -> float:
    """Any way near the middle of the room, back towards it from the walls."""
    if np.abs(place).max() < ROOM:
        return float(rng.uniform(-np.pi, np.pi))
    return float(np.arctan2(-place[1], -place[0]) + rng.normal(0.0, 0.3))


def _placed(joints: Array, place: Array, heading: float) -> Array:
    """The motion, beginning at `place` (2,) and going, or else looking, to `heading`."""
    hips = joints[:, HIPS, :2].mean(axis=1)
    way = hips[-1] - hips[0]
    own = np.arctan2(way[1], way[0]) if np.hypot(*way) > 1.0 else _facing(joints)[0]
    moved = _moved(joints, -hips[0])
    return _turned(moved, np.full(len(joints), heading - own), place)


def _bridge(last: Array, first: Array) -> Array:
    """From one pose (1, 13, 3) to another at the same place, turning on the spot."""
    start, end = _facing(last)[0], _facing(first)[0]
    turn = (end - start + np.pi) % (2 * np.pi) - np.pi
    count = int(RATE_HZ * max(LEAST_BRIDGE, abs(turn) / TURNING))
    share = np.linspace(0.0, 1.0, count + 2)[1:-1]
    place = last[0, HIPS, :2].mean(axis=0)
    poses = [_turned(_moved(pose, -place), -_facing(pose)) for pose in (last, first)]
    between = (1.0 - share)[:, None, None] * poses[0] + share[:, None, None] * poses[1]
    return _turned(between, start + share * turn, place)


def _moved(joints: Array, way: Array) -> Array:
    moved: Array = joints + np.append(way, 0.0)
    return moved


def _facing(joints: Array) -> Array:
    """Where each pose (T, 13, 3) looks, in radians (T,)."""
    across = joints[:, HIPS[1], :2] - joints[:, HIPS[0], :2]
    return np.asarray(np.arctan2(across[:, 1], across[:, 0]) + np.pi / 2, dtype=np.float64)


def _turned(joints: Array, angles: Array, place: Array = ORIGIN) -> Array:
    """The poses (T, 13, 3), each turned about the vertical axis by its angle, and moved."""
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = joints[..., 0], joints[..., 1]
    turned = [cos * x - sin * y + place[0], sin * x + cos * y + place[1], joints[..., 2]]
    return np.stack(turned, axis=-1)
