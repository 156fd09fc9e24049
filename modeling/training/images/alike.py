"""Pictures that are nearly the same: what tells one apart tells all of them apart."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

ALIKE = 5
"""Of 64 bits, by which pictures may differ that count as one."""
AT_ONCE = 1024


def difference_hash(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a (3, H, W) picture grows brighter from left to right, at 64 places.

    As in N. Krawetz, "Kind of like that", 2013.
    """
    grey = Image.fromarray(picture.transpose(1, 2, 0)).convert("L")
    levels = np.asarray(grey.resize((9, 8), Image.Resampling.BOX))
    bits: NDArray[np.bool_] = (levels[:, 1:] > levels[:, :-1]).ravel()
    return bits


def scenes(hashes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The number (N,) of the scene of each of (N, 64) hashes: what is alike is of one."""
    bits = hashes.astype(np.float32)
    rows, columns = [], []
    for first in range(0, len(bits), AT_ONCE):
        block = bits[first : first + AT_ONCE]
        differing = block @ (1.0 - bits).T + (1.0 - block) @ bits.T
        row, column = np.nonzero(differing <= ALIKE)
        rows.append(row + first)
        columns.append(column)
    row, column = np.concatenate(rows), np.concatenate(columns)
    graph = coo_matrix((np.ones(len(row), dtype=np.bool_), (row, column)), shape=2 * (len(bits),))
    numbers: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return numbers
