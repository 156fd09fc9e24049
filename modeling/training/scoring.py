"""Whole clips to scores, whoever scores the windows: a network in training or a checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.training.dataset import LabelledClip
from modeling.training.labels import ClipLabels
from modeling.windows import track_windows

Scorer = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class ScoredClip:
    """A clip's labels, and the (L,) scores of its windows at `times`, None where nobody is seen.

    It is compared by identity, so that what follows from it can be cached.
    """

    labels: ClipLabels
    times: list[float]
    scores: list[NDArray[np.float32] | None]


def score_clip(score: Scorer, clip: LabelledClip) -> ScoredClip:
    """Score the windows that the live agent would send; `score` takes them all, (N, 16, F)."""
    windows = track_windows(clip.track)
    seen = [window.features for window in windows if window.features is not None]
    rows = iter(score(np.stack(seen))) if seen else iter(())
    return ScoredClip(
        clip.labels,
        [window.time for window in windows],
        [None if window.features is None else next(rows) for window in windows],
    )
