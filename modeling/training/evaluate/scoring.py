"""Whole clips to scores, whoever scores the windows: a network in training or a checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.training.datasets.labels import ClipLabels
from modeling.training.datasets.windows import ClipWindows

Scorer = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Everybody:
    """All who are in a clip: the (W, L) scores of all its windows, in their order."""

    windows: ClipWindows
    scores: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ScoredClip:
    """A clip's labels, and the (L,) scores of its windows at `times`, None where nobody is seen.

    They are those of the person whom the labels are about. `everybody` is what the live watch sees,
    None where only that person is known. It is compared by identity, so that what follows from it
    can be cached.
    """

    labels: ClipLabels
    times: list[float]
    scores: list[NDArray[np.float32] | None]
    everybody: Everybody | None = None


def score_clip(score: Scorer, windows: ClipWindows) -> ScoredClip:
    """Score the windows that the live agent would send; `score` takes them all, (N, 16, F)."""
    features = windows.features()
    nothing = np.zeros((0, len(windows.clip.vocabulary)), dtype=np.float32)
    return scored_clip(windows, score(features) if len(features) else nothing)


def scored_clip(windows: ClipWindows, scores: NDArray[np.float32]) -> ScoredClip:
    """The clip with the (W, L) scores of all its windows, in their order."""
    return ScoredClip(
        windows.clip.labels,
        windows.times.tolist(),
        [None if row < 0 else scores[row] for row in windows.counted.tolist()],
        Everybody(windows, scores),
    )
