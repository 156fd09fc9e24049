"""How often what is done to a clip in training."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import LabelledClip
from modeling.training.detectors.augmentation.camera import (
    drop_frames,
    freeze,
    lower_frame_rate,
    mirror,
    move_camera,
)
from modeling.training.detectors.augmentation.hiding import blink, crop, leave, put_furniture_before
from modeling.training.detectors.augmentation.time import (
    hold_end,
    lie_down_slowly,
    turn_back,
    warp_time,
)
from modeling.training.detectors.augmentation.tracking import (
    guess_legs,
    jitter,
    lose_fall,
    lose_tracking,
)
from modeling.training.detectors.augmentation.viewpoint import view_from_elsewhere

Augmentation = Callable[[PoseTrack, np.random.Generator], PoseTrack]

# Of the takes of a clip: those that show another course of events, and those filmed elsewhere.
SLOWLY, FALL_LOST, BACK, LEAVING, HELD, ELSEWHERE = 0.15, 0.1, 0.1, 0.15, 0.5, 0.5

AUGMENTATIONS: tuple[tuple[Augmentation, float], ...] = (
    (guess_legs, 0.15),
    (mirror, 0.5),
    (move_camera, 1.0),
    (crop, 0.2),
    (put_furniture_before, 0.25),
    (blink, 0.3),
    (jitter, 1.0),
    (freeze, 0.15),
    (lower_frame_rate, 0.65),
    (drop_frames, 0.4),
    (lose_tracking, 0.4),
)


def augment(clip: LabelledClip, rng: np.random.Generator) -> LabelledClip:
    """A new take of `clip`, drawn from `rng`; its labels follow its time."""
    clip = change_course(clip, rng)
    track = clip.track
    # Seen from the ceiling the depth of a body says little of its shape.
    if not clip.labels.overhead and rng.random() < ELSEWHERE:
        track = view_from_elsewhere(track, rng)
    for augmentation, probability in AUGMENTATIONS:
        if rng.random() < probability:
            track = augmentation(track, rng)
    return replace(clip, track=track)


def change_course(clip: LabelledClip, rng: np.random.Generator) -> LabelledClip:
    """Another course of events: slower, with the fall out of sight, or with a longer end."""
    course = rng.random()
    if course < SLOWLY:
        clip = lie_down_slowly(clip, rng)
    elif course < SLOWLY + FALL_LOST:
        clip = lose_fall(clip, rng)
    elif course < SLOWLY + FALL_LOST + BACK:
        clip = turn_back(clip)
    elif course < SLOWLY + FALL_LOST + BACK + LEAVING:
        clip = leave(clip, rng)
    if rng.random() < HELD:
        clip = hold_end(clip, float(rng.uniform(0.5, 5.0)))
    return warp_time(clip, float(rng.uniform(0.85, 1.2)))
