"""A table of colours by least squares: near the pairs, smooth, and never turning back."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import cg

from modeling.perception.looks.lut import Lut, grid_colours
from modeling.training.looks.examples import Example
from modeling.training.looks.lattice import bends, differences, grey_differences, weights_of
from modeling.training.loop import Epoch, OnEpoch

SIZES = (9, 17, 33)
"""Each table starts from the coarser one, so that few steps of the solver are left."""
SMOOTHNESS = 0.1
STAY = 1e-7
"""Draws what no pair says anything of to what it was."""
RISE = 100.0
"""Weight on points that are lower than those before them, along their own colour or the greys."""
LEAST_FALL = 1e-6
ROUNDS = 3
MOST_STEPS = 80
TOLERANCE = 1e-4


def fit_lut(examples: Sequence[Example], on_epoch: OnEpoch) -> Lut:
    """The 33-point table that brings the examples nearest; an epoch is a size of the table.

    Its loss is the mean square error over the examples' colours.
    """
    before = np.concatenate([example.before for example in examples])
    after = np.concatenate([example.after for example in examples])
    lut = Lut.identity(SIZES[0])
    for number, size in enumerate(SIZES, start=1):
        finer = lut.at(grid_colours(size)).astype(np.float64)
        weights = weights_of(before, size)
        rows = solve(weights, after, finer, size)
        lut = Lut(np.clip(rows, 0, 1).astype(np.float32).reshape(size, size, size, 3))
        on_epoch(Epoch(number, float(np.square(weights @ rows - after).mean())))
    return lut


def solve(
    weights: sparse.csr_array, after: NDArray[np.float32], start: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """The (size^3, 3) rows of the table, by normal equations, from `start` on."""
    points, bend = size**3, bends(size)
    # As much for a curve of the same form, however many points it goes through.
    smoothness = SMOOTHNESS * (size - 1) ** 4 / 32**4
    asked = (smoothness * (bend.T @ bend) + STAY * sparse.eye_array(points)) / points
    fixed = weights.T @ weights / len(after) + asked
    wanted = weights.T @ after / len(after) + STAY / points * grid_colours(size)
    rows = start.copy()
    for channel in range(3):
        rise = sparse.vstack([differences(size, channel), grey_differences(size)], format="csr")
        for _ in range(ROUNDS):
            falls = rise[rise @ rows[:, channel] < -LEAST_FALL]
            system = fixed + RISE / points * (falls.T @ falls)
            rows[:, channel] = _solved(system, wanted[:, channel], rows[:, channel])
    return rows


def _solved(
    system: sparse.csr_array, wanted: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    scale = sparse.diags_array(1 / system.diagonal())
    found: NDArray[np.float64]
    found, _ = cg(system, wanted, start, rtol=TOLERANCE, maxiter=MOST_STEPS, M=scale)
    return found
