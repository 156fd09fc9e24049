"""What cameras, rooms and trackers do to a clip, as functions from track to track.

Windows of the result come from the live window builder, so whatever a function here does to a
track reaches the network exactly as the same track would in a home.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modeling.pose import PoseTrack
from modeling.training.dataset import LabelledClip
from modeling.training.labels import ClipLabels, Span

# BlazePose's landmarks 1-3 are the left eye, 4-6 the right; from 7 on left and right alternate.
MIRRORED = [0, 4, 5, 6, 1, 2, 3, *(i + 1 if i % 2 else i - 1 for i in range(7, 33))]

HELD_FPS = 30.0

Augmentation = Callable[[PoseTrack, np.random.Generator], PoseTrack]


def augment(clip: LabelledClip, rng: np.random.Generator) -> LabelledClip:
    """A new take of `clip`, drawn from `rng`; its labels follow its time."""
    if rng.random() < 0.5:
        clip = hold_end(clip, float(rng.uniform(0.5, 5.0)))
    clip = warp_time(clip, float(rng.uniform(0.85, 1.2)))
    track = clip.track
    for augmentation, probability in AUGMENTATIONS:
        if rng.random() < probability:
            track = augmentation(track, rng)
    return LabelledClip(clip.labels, track)


def hold_end(clip: LabelledClip, seconds: float) -> LabelledClip:
    """Let the last pose seen stay for `seconds`, and so the labels that hold at the end.

    The recordings stop soon after a fall: only this shows what comes once the body is at rest.
    """
    track, end = clip.track, clip.track.times[-1]
    seen = ~np.isnan(track.landmarks[:, 0, 0])
    if not seen.any():
        return clip
    count = round(seconds * HELD_FPS)
    held = np.repeat(track.landmarks[seen][-1:], count, axis=0)
    longer = PoseTrack(
        np.concatenate([track.frame_indices, track.frame_indices[-1] + 1 + np.arange(count)]),
        np.concatenate([track.times, end + (1 + np.arange(count)) / HELD_FPS]),
        np.concatenate([track.landmarks, held]),
        track.aspect,
    )
    states = [span for span in clip.labels.spans if span.label == "lying" and span.end >= end]
    return LabelledClip(_with_ends(clip.labels, states, seconds), longer)


def warp_time(clip: LabelledClip, pace: float) -> LabelledClip:
    """Stretch time by `pace`: above 1 the motion is slower."""
    spans = tuple(
        span.model_copy(update={"start": span.start * pace, "end": span.end * pace})
        for span in clip.labels.spans
    )
    track = replace(clip.track, times=clip.track.times * pace)
    return LabelledClip(clip.labels.model_copy(update={"spans": spans}), track)


def mirror(track: PoseTrack, _rng: np.random.Generator) -> PoseTrack:
    """Swap left and right, in the picture and in the body."""
    landmarks = track.landmarks[:, MIRRORED].copy()
    landmarks[..., 0] = 1.0 - landmarks[..., 0]
    return replace(track, landmarks=landmarks)


def move_camera(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Tilt by some degrees, come nearer or go farther, pan, and stretch the width a little."""
    centered = (track.landmarks[..., :2] - 0.5) * [track.aspect, 1.0]
    angle, scale = np.deg2rad(rng.normal(0.0, 5.0)), np.exp(rng.normal(0.0, 0.15))
    tilt = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = centered @ tilt.T * scale * [np.exp(rng.normal(0.0, 0.07)), 1.0]
    return _with_positions(track, moved / [track.aspect, 1.0] + 0.5 + rng.normal(0.0, 0.08, 2))


def jitter(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Shake each landmark by about half a percent of the picture."""
    positions = track.landmarks[..., :2]
    return _with_positions(track, positions + rng.normal(0.0, 0.004, positions.shape))


def lower_frame_rate(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Keep every second to fourth frame: 15 to 7.5 frames/s of 30."""
    step = int(rng.integers(2, 5))
    return _keep(track, np.arange(len(track)) % step == rng.integers(step))


def drop_frames(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Lose up to 30 % of the frames, here and there."""
    return _keep(track, rng.random(len(track)) >= rng.uniform(0.0, 0.3))


def lose_tracking(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Find nobody for 0.1 to 0.7 s."""
    landmarks = track.landmarks.copy()
    start, end = track.times[rng.integers(len(track))] + [0.0, rng.uniform(0.1, 0.7)]
    landmarks[(start <= track.times) & (track.times <= end)] = np.nan
    return replace(track, landmarks=landmarks)


AUGMENTATIONS: tuple[tuple[Augmentation, float], ...] = (
    (mirror, 0.5),
    (move_camera, 1.0),
    (jitter, 1.0),
    (lower_frame_rate, 0.65),
    (drop_frames, 0.4),
    (lose_tracking, 0.4),
)


def _with_ends(labels: ClipLabels, prolonged: list[Span], seconds: float) -> ClipLabels:
    spans = tuple(
        span.model_copy(update={"end": span.end + seconds}) if span in prolonged else span
        for span in labels.spans
    )
    return labels.model_copy(update={"spans": spans})


def _with_positions(track: PoseTrack, positions: NDArray[np.float64]) -> PoseTrack:
    landmarks = track.landmarks.copy()
    landmarks[..., :2] = positions
    return replace(track, landmarks=landmarks)


def _keep(track: PoseTrack, kept: NDArray[np.bool_]) -> PoseTrack:
    if not kept.any():
        return track
    return PoseTrack(
        track.frame_indices[kept], track.times[kept], track.landmarks[kept], track.aspect
    )
