"""The points of a table as unknowns: how colours hang on them, and they on each other."""

from itertools import product

import numpy as np
from scipy import sparse

from modeling.perception.looks.lut import Colours


def weights_of(colours: Colours, size: int) -> sparse.csr_array:
    """(P, size^3) trilinear weights: times the rows of a table they give what colours become."""
    places = np.clip(colours, 0, 1) * (size - 1)
    below = np.minimum(places.astype(np.int64), size - 2)
    share = places - below
    columns, weights = [], []
    for corner in product((0, 1), repeat=3):
        red, green, blue = (below + corner).T
        columns.append((blue * size + green) * size + red)
        weights.append(np.where(corner, share, 1 - share).prod(axis=1))
    rows = np.tile(np.arange(len(colours)), 8)
    entries = np.concatenate(weights), (rows, np.concatenate(columns))
    return sparse.csr_array(entries, shape=(len(colours), size**3))


def differences(size: int, channel: int) -> sparse.csr_array:
    """From each point to the next one along the axis of a channel: 0 is red, 2 is blue."""
    return _along(channel, _steps(size))


def grey_differences(size: int) -> sparse.csr_array:
    """From each point to the one that is next along all three axes: lighter, of the same tint."""
    step = sparse.diags_array([1.0], offsets=[1], shape=(size - 1, size))
    here = sparse.diags_array([1.0], offsets=[0], shape=(size - 1, size))
    there, start = (sparse.kron(sparse.kron(one, one), one, format="csr") for one in (step, here))
    return there - start


def bends(size: int) -> sparse.csr_array:
    """How far each point is from the middle of its neighbours, along all three axes."""
    bend = _steps(size - 1) @ _steps(size)
    return sparse.vstack([_along(axis, bend) for axis in range(3)], format="csr")


def _steps(size: int) -> sparse.csr_array:
    ones = np.ones(size - 1)
    return sparse.diags_array([-ones, ones], offsets=[0, 1], shape=(size - 1, size)).tocsr()


def _along(channel: int, one_axis: sparse.csr_array) -> sparse.csr_array:
    """What holds along one axis, for each line of the table; blue is the slowest of its axes."""
    same = sparse.eye_array(one_axis.shape[1])
    parts = [one_axis if axis == channel else same for axis in (2, 1, 0)]
    return sparse.kron(sparse.kron(parts[0], parts[1]), parts[2], format="csr")
