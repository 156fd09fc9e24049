"""Colours moved onto those of a style with as little movement as can be, by sliced transport."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ortho_group

from modeling.perception.looks.lut import Colours

TURNS = 30


def transported(colours: Colours, style: Colours, seed: int) -> Colours:
    """(N, 3) colours, each with a place among those of the style (M, 3).

    By turns the space is turned at random, and along each of its axes the colours take the places
    of the style's in the same order (Pitié, Kokaram and Dahyot: Automated colour grading using
    colour distribution transfer, CVIU 107, 2007).
    """
    random = np.random.default_rng(seed)
    moved = colours.astype(np.float64)
    for axes in ortho_group.rvs(3, size=TURNS, random_state=random):
        places, wanted = moved @ axes, np.sort(style @ axes, axis=0)
        for axis in range(3):
            order = np.argsort(places[:, axis], kind="stable")
            places[order, axis] = _spread(wanted[:, axis], len(colours))
        moved = places @ axes.T
    return np.clip(moved, 0, 1).astype(np.float32)


def _spread(ordered: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """`count` values with the distribution of those that are ordered."""
    shares = (np.arange(count) + 0.5) / count
    known = (np.arange(len(ordered)) + 0.5) / len(ordered)
    spread: NDArray[np.float64] = np.interp(shares, known, ordered)
    return spread
