"""What a camera does not see of a body: what furniture hides, and what leaves the picture."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modeling.perception.poses.pose import Landmark, PoseTrack
from modeling.training.datasets.clips import LabelledClip
from modeling.training.detectors.augmentation.viewpoint import is_inside

# How well an estimator says that it sees a joint which is hidden.
HIDDEN = 0.15
TRUNK = [
    Landmark.NOSE,
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
]


def crop(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Zoom in, so that parts of the body are outside of the picture now and then."""
    zoom = rng.uniform(1.2, 2.5)
    middle = _somewhere_seen(track, rng) + rng.normal(0.0, 0.12, 2)
    landmarks = track.landmarks.copy()
    landmarks[..., :2] = (landmarks[..., :2] - middle) * zoom + rng.uniform(0.3, 0.7, 2)
    return replace(track, landmarks=landmarks).with_bodies(is_inside(landmarks))


def put_furniture_before(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Hide what is within a box that stands from somewhere on the body's way down."""
    x, y = _somewhere_seen(track, rng)
    width, top = rng.uniform(0.15, 0.9), y + rng.normal(0.05, 0.12)
    left = x - rng.uniform(0.2, 0.8) * width
    places = track.landmarks[..., :2]
    hidden = (places[..., 0] > left) & (places[..., 0] < left + width) & (places[..., 1] > top)
    landmarks = track.landmarks.copy()
    landmarks[..., 3] = np.where(
        hidden, HIDDEN * rng.uniform(0.0, 2.0, hidden.shape), landmarks[..., 3]
    )
    shift = rng.normal(0.0, 0.02, (*hidden.shape, 2))
    landmarks[..., :2] += np.where(hidden[..., None], shift, 0.0)
    kept = hidden[:, TRUNK].mean(axis=1) <= rng.uniform(0.5, 0.9)
    return replace(track, landmarks=landmarks).with_bodies(kept)


def blink(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """See some joints badly for a while, wherever they are."""
    joints = rng.random(track.landmarks.shape[1]) < 0.3
    start = rng.uniform(track.times[0], track.times[-1])
    now = (track.body_times >= start) & (track.body_times <= start + rng.uniform(0.3, 4.0))
    landmarks = track.landmarks.copy()
    landmarks[..., 3] *= np.where(now[:, None] & joints, rng.uniform(0.0, 0.5), 1.0)
    return replace(track, landmarks=landmarks)


def leave(clip: LabelledClip, rng: np.random.Generator) -> LabelledClip:
    """Let the person leave the picture at one of its edges, in a clip or before its fall."""
    end = clip.labels.falls[0].start - 0.5 if clip.labels.falls else clip.track.times[-1]
    if end - clip.track.times[0] < 1.0:
        return clip
    start = rng.uniform(clip.track.times[0], end - 0.5)
    track = clip.track.with_bodies(clip.track.body_times < end)
    speed = rng.uniform(0.15, 1.0) * _direction(rng)
    away = np.maximum(track.body_times - start, 0.0)[:, None, None] * speed
    landmarks = track.landmarks.copy()
    landmarks[..., :2] += away.astype(np.float32)
    track = replace(track, landmarks=landmarks).with_bodies(is_inside(landmarks, 0.25))
    spans = tuple(span for span in clip.labels.spans if span.end < end)
    return replace(clip, track=track, labels=clip.labels.model_copy(update={"spans": spans}))


def _direction(rng: np.random.Generator) -> NDArray[np.float64]:
    """Mostly downwards, which is towards the camera, or sidewards."""
    directions = np.array([(0.0, 1.0), (1.0, 0.2), (-1.0, 0.2), (0.0, -0.5)])
    drawn: NDArray[np.float64] = rng.choice(directions, p=[0.4, 0.25, 0.25, 0.1])
    return drawn


def _somewhere_seen(track: PoseTrack, rng: np.random.Generator) -> NDArray[np.float64]:
    if len(track.landmarks) == 0:
        return np.array([0.5, 0.5])
    hips = track.landmarks[int(rng.integers(len(track.landmarks)))][TRUNK[-2:], :2]
    middle: NDArray[np.float64] = hips.mean(axis=0, dtype=np.float64)
    return middle
