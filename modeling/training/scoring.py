"""Whole clips to scores, whoever scores the windows: a network in training or a checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.training.dataset import LabelledClip, clip_windows
from modeling.training.labels import ClipLabels

Scorer = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class ScoredClip:
    """A clip's labels, and the (L,) scores of its windows at `times`, None where nobody is seen.

    They are those of the person whom the labels are about, as `clip_windows` takes them.
    It is compared by identity, so that what follows from it can be cached.
    """

    labels: ClipLabels
    times: list[float]
    scores: list[NDArray[np.float32] | None]


def score_clip(score: Scorer, clip: LabelledClip) -> ScoredClip:
    """Score the windows that the live agent would send; `score` takes them all, (N, 16, F)."""
    windows = clip_windows(clip.track)
    seen = [window.features for _, window in windows if window is not None]
    rows = iter(score(np.stack(seen))) if seen else iter(())
    return ScoredClip(
        clip.labels,
        [time for time, _ in windows],
        [None if window is None else next(rows) for _, window in windows],
    )
