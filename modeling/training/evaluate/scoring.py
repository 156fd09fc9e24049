"""Whole clips to scores, whoever scores the windows: a network in training or a checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import stacked_features, track_moments
from modeling.training.datasets.clips import LabelledClip, clip_windows
from modeling.training.datasets.labels import LABELS, ClipLabels

Scorer = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Everybody:
    """All who are in a clip: its poses, and the (W, L) scores of all windows, in their order."""

    track: PoseTrack
    scores: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ScoredClip:
    """A clip's labels, and the (L,) scores of its windows at `times`, None where nobody is seen.

    They are those of the person whom the labels are about, as `clip_windows` takes them.
    `everybody` is what the live watch sees, None where that person alone is known.
    It is compared by identity, so that what follows from it can be cached.
    """

    labels: ClipLabels
    times: list[float]
    scores: list[NDArray[np.float32] | None]
    everybody: Everybody | None = None


def score_clip(score: Scorer, clip: LabelledClip) -> ScoredClip:
    """Score the windows that the live agent would send; `score` takes them all, (N, 16, F)."""
    windows = [window for moment in track_moments(clip.track) for window in moment.windows]
    nothing = np.zeros((0, len(LABELS)), dtype=np.float32)
    scores = score(stacked_features(windows)) if windows else nothing
    return scored_clip(clip, scores)


def scored_clip(clip: LabelledClip, scores: NDArray[np.float32]) -> ScoredClip:
    """The clip with the (W, L) scores of all its windows, in their order."""
    rows, moments = iter(scores), clip_windows(clip)
    by_window = {
        (moment.time, window.person): next(rows)
        for moment, _ in moments
        for window in moment.windows
    }
    return ScoredClip(
        clip.labels,
        [moment.time for moment, _ in moments],
        [None if w is None else by_window[moment.time, w.person] for moment, w in moments],
        Everybody(clip.track, scores),
    )
