"""What networks said of pictures whose group they had not seen, as a file to measure with."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PREDICTIONS_NAME = "predictions.npz"


@dataclass(frozen=True)
class Predictions:
    """`probabilities` (N, L) of frame `frames` (N,), 0-based, of clip `clips` (N,).

    `labels` are the (L,) names of the columns, `truth` (N,) indices of them, -1 where nobody knows,
    and `folds` (N,) the fold that held the picture's group out.
    """

    labels: NDArray[np.str_]
    clips: NDArray[np.str_]
    frames: NDArray[np.int64]
    truth: NDArray[np.int64]
    folds: NDArray[np.str_]
    probabilities: NDArray[np.float32]

    def save(self, folder: Path) -> Path:
        """Write `predictions.npz`, plain arrays named as the fields are."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / PREDICTIONS_NAME
        np.savez_compressed(path, **vars(self))
        return path
