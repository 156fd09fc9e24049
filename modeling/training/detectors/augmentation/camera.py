"""What another camera, or a worse one, makes of the same motion."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modeling.perception.poses.pose import PoseTrack

# BlazePose's landmarks 1-3 are the left eye, 4-6 the right; from 7 on left and right alternate.
MIRRORED = [0, 4, 5, 6, 1, 2, 3, *(i + 1 if i % 2 else i - 1 for i in range(7, 33))]


def mirror(track: PoseTrack, _rng: np.random.Generator) -> PoseTrack:
    """Swap left and right, in the picture and in the body."""
    landmarks = track.landmarks[:, MIRRORED].copy()
    landmarks[..., 0] = 1.0 - landmarks[..., 0]
    return replace(track, landmarks=landmarks)


def move_camera(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Tilt by some degrees, come nearer or go farther, pan, and stretch the width a little."""
    angle, scale = np.deg2rad(rng.normal(0.0, 5.0)), np.exp(rng.normal(0.0, 0.15))
    stretch, pan = [np.exp(rng.normal(0.0, 0.07)), 1.0], rng.normal(0.0, 0.08, 2)
    square = np.array([track.aspect, 1.0])
    centered = (track.landmarks[..., :2] - 0.5) * square
    landmarks = track.landmarks.copy()
    landmarks[..., :2] = centered @ rotation(angle).T * scale * stretch / square + 0.5 + pan
    return replace(track, landmarks=landmarks)


def lower_frame_rate(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Keep every second to fifth frame: 15 to 6 frames/s of 30."""
    step = int(rng.integers(2, 6))
    return _keep(track, np.arange(len(track)) % step == rng.integers(step))


def drop_frames(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Lose up to 30 % of the frames, here and there."""
    return _keep(track, rng.random(len(track)) >= rng.uniform(0.0, 0.3))


def freeze(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Repeat one picture for 0.2 to 1 s, as a stream does that stalls."""
    first = int(rng.integers(len(track)))
    last = int(np.searchsorted(track.times, track.times[first] + rng.uniform(0.2, 1.0)))
    stream = list(track)
    stream[first:last] = [replace(one, bodies=stream[first].bodies) for one in stream[first:last]]
    return PoseTrack.from_poses(stream)


def rotation(angle: float) -> NDArray[np.float64]:
    """(2, 2): turns points by `angle` in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _keep(track: PoseTrack, kept: NDArray[np.bool_]) -> PoseTrack:
    if not kept.any():
        return track
    return PoseTrack.from_poses([one for one, keep in zip(track, kept, strict=True) if keep])
