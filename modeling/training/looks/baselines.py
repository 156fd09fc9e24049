"""What else could have been done, to be held against what a look does."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from modeling.perception.frames.image import Image
from modeling.training.looks.examples import Example
from modeling.training.looks.pairs import Pair

Change: TypeAlias = Callable[[Image], Image]
"""A picture to the one that it becomes, of the same size."""

LEVELS = 256
STEEPEST = 8.0


def best_gamma(examples: Sequence[Example]) -> Change:
    """The one exponent that brings these examples nearest to what they are to become."""
    before = np.concatenate([example.before for example in examples])
    after = np.concatenate([example.after for example in examples])

    def error(log_gamma: float) -> float:
        return float(np.square(before ** np.exp(log_gamma) - after).mean())

    bounds = (-np.log(STEEPEST), np.log(STEEPEST))
    gamma = np.exp(minimize_scalar(error, bounds=bounds, method="bounded").x)
    levels = np.rint((np.arange(LEVELS) / (LEVELS - 1)) ** gamma * (LEVELS - 1)).astype(np.uint8)
    return lambda picture: levels[picture]


def histogram_matching(pairs: Sequence[Pair]) -> Change:
    """Each channel of a picture gets the distribution that it has in the pictures after."""
    wanted = sum((_counts(pair.after) for pair in pairs), np.zeros((3, LEVELS)))

    def matched(picture: Image) -> Image:
        changed = np.empty_like(picture)
        for channel, counts in enumerate(_counts(picture)):
            levels = np.interp(_below(counts), _below(wanted[channel]), np.arange(LEVELS))
            changed[..., channel] = np.rint(levels).astype(np.uint8)[picture[..., channel]]
        return changed

    return matched


def _counts(picture: Image) -> NDArray[np.float64]:
    """(3, 256): how many pixels have each level of each channel."""
    return np.stack(
        [np.bincount(picture[..., at].ravel(), minlength=LEVELS) for at in range(3)]
    ).astype(np.float64)


def _below(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of pixels below the middle of each level."""
    below: NDArray[np.float64] = (np.cumsum(counts) - counts / 2) / counts.sum()
    return below
