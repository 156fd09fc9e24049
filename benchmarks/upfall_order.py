"""In which order UP-Fall's frames stand: as they are, or as frame numbers sorted as text.

    uv run python -m benchmarks.upfall_order

A body moves little between two frames, so the right order is the one on whose way the landmarks
move least. Each file is tried as it stands, as if its rows were the first 100 of 1..N sorted as
text, and, for the control, as if they had been shuffled.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from modeling.training.datasets.adapters.upfall import read_skeletons, read_upfall
from modeling.training.evaluate.intervals import Rate

FOLDER = Path("../shared/data/upfall")
FRAME_COUNTS = range(100, 201)
# Less than half of the way is no accident: the best of as many shuffles never comes near.
SHORTER = 0.5


def main() -> None:
    """Print how much shorter the way is in the best of the orders, file by file."""
    shares = []
    for recording in read_upfall(FOLDER):
        positions = read_skeletons(recording.file).landmarks[..., :2].reshape(100, -1)
        stored = way(positions, np.arange(100))
        by_text = min(way(positions, order) for order in text_orders())
        shuffled = min(way(positions, order) for order in shuffles())
        share = (by_text / stored, shuffled / stored)
        typer.echo(f"{recording.name:24}  as text {share[0]:.2f}  shuffled {share[1]:.2f}")
        shares.append(share)
    for name, column in (("sorted as text", 0), ("shuffled", 1)):
        count = sum(share[column] < SHORTER for share in shares)
        typer.echo(f"{name}: less than half of the way in {Rate.of(count, len(shares))}")


def way(positions: NDArray[np.float32], order: NDArray[np.int64]) -> float:
    """How far the (100, 66) positions move in all, taken in `order`; a jump counts as 0.15."""
    moved = np.abs(np.diff(positions[order], axis=0)).mean(axis=1)
    return float(np.minimum(moved, 0.15).sum())


def text_orders() -> Iterable[NDArray[np.int64]]:
    """The orders of time if the rows are the frames from 0 or 1 on, sorted as text and cut."""
    for first in (0, 1):
        for count in FRAME_COUNTS:
            frames = sorted(map(str, range(first, first + count)))[:100]
            yield np.argsort(np.array(frames, dtype=np.int64))


def shuffles() -> Iterable[NDArray[np.int64]]:
    """As many orders by chance, the same each time."""
    rng = np.random.default_rng(0)
    return (rng.permutation(100) for _ in range(2 * len(FRAME_COUNTS)))


if __name__ == "__main__":
    main()
