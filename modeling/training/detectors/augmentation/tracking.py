"""What a pose estimator gets wrong."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modeling.perception.poses.pose import Landmark, PoseTrack
from modeling.training.datasets.clips import LabelledClip

LEGS = slice(Landmark.LEFT_KNEE, None)  # knees, ankles, heels and toes


def jitter(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Shake each landmark by about half a percent of the picture."""
    shaken = track.landmarks[..., :2].shape
    return _shifted(track, slice(None), rng.normal(0.0, 0.004, shaken))


def guess_legs(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Let the legs wander, as where a table or the picture's edge hides them."""
    legs = track.landmarks[:, LEGS, :2].shape
    knots = rng.normal(0.0, 0.05, (max(2, len(track) // 15), *legs[1:]))
    at = np.linspace(0.0, len(knots) - 1.0, len(track))[track.rows]
    before = np.minimum(at.astype(int), len(knots) - 2)
    share = (at - before)[:, None, None]
    return _shifted(track, LEGS, (1.0 - share) * knots[before] + share * knots[before + 1])


def lose_tracking(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Find nobody for 0.1 to 0.7 s."""
    start = track.times[rng.integers(len(track))]
    return _without(track, start, start + rng.uniform(0.1, 0.7))


def lose_fall(clip: LabelledClip, rng: np.random.Generator) -> LabelledClip:
    """Find nobody for 0.5 to 4 s from somewhere in the second half of a fall on."""
    if not clip.labels.falls:
        return clip
    fall = clip.labels.falls[0]
    # The body has come to rest a second before the labelled end.
    start = rng.uniform((fall.start + fall.end - 1.0) / 2, fall.end - 0.7)
    return replace(clip, track=_without(clip.track, start, start + rng.uniform(0.5, 4.0)))


def _without(track: PoseTrack, start: float, end: float) -> PoseTrack:
    return track.with_bodies((track.body_times < start) | (end < track.body_times))


def _shifted(track: PoseTrack, which: slice, shift: NDArray[np.float64]) -> PoseTrack:
    landmarks = track.landmarks.copy()
    landmarks[:, which, :2] += shift.astype(np.float32)
    return replace(track, landmarks=landmarks)
