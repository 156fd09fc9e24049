"""When the level of a series changed."""

from dataclasses import dataclass

import numpy as np

from backend.tools.selection import Numbers

SHORTEST = 7
"""Days between two changes, and from either end."""
MAX_CHANGES = 5
SHUFFLES, BLOCK = 499, 3
LIMIT = 0.01
_SEED = 20261130


@dataclass(frozen=True)
class ChangePoint:
    """From `index` on the level is another; `p` is how often shuffled days look as different."""

    index: int
    before: float
    after: float
    p: float


def change_points(values: Numbers) -> list[ChangePoint]:
    """Those of values in their order, at most MAX_CHANGES; four weeks at least show one.

    Binary segmentation: the split of a stretch whose two means differ most, for their number, is a
    change where fewer than one in a hundred shuffles have a greater one; then either side is
    split. Blocks of three days are shuffled whole, since one day is like the day before.
    """
    found: list[ChangePoint] = []
    waiting = [(0, len(values))]
    while waiting and len(found) < MAX_CHANGES:
        begin, end = waiting.pop(0)
        change = _change(values[begin:end])
        if change is not None:
            index = begin + change.index
            found.append(ChangePoint(index, change.before, change.after, change.p))
            waiting += [(begin, index), (index, end)]
    return sorted(found, key=lambda it: it.index)


def _change(values: Numbers) -> ChangePoint | None:
    if len(values) < 2 * SHORTEST or np.ptp(values) == 0:
        return None
    contrasts = _contrasts(values[np.newaxis])[0]
    split = int(np.argmax(contrasts)) + SHORTEST
    greatest = np.max(_contrasts(_shuffled(values)), axis=1)
    p = float(1 + np.sum(greatest >= contrasts[split - SHORTEST])) / (1 + SHUFFLES)
    if p >= LIMIT:
        return None
    return ChangePoint(split, float(values[:split].mean()), float(values[split:].mean()), p)


def _contrasts(rows: Numbers) -> Numbers:
    """How much the means of both sides of each split differ, in units of the spread."""
    n = rows.shape[1]
    left = np.arange(SHORTEST, n - SHORTEST + 1)
    sums = np.cumsum(rows - rows.mean(axis=1, keepdims=True), axis=1)[:, left - 1]
    contrasts: Numbers = np.abs(sums) * np.sqrt(n / (left * (n - left)))
    return contrasts


def _shuffled(values: Numbers) -> Numbers:
    """Rows of the same values, in blocks that begin anywhere, turned around the end."""
    random = np.random.default_rng(_SEED)
    blocks = -(-len(values) // BLOCK)
    rows = np.empty((SHUFFLES, len(values)))
    for row in rows:
        turned = np.roll(values, random.integers(len(values)))
        pieces = [turned[it * BLOCK : (it + 1) * BLOCK] for it in random.permutation(blocks)]
        row[:] = np.concatenate(pieces)
    return rows
