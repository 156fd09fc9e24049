"""How well pictures are told apart: figures a class, with intervals that count groups."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from modeling.training.evaluate.intervals import Estimate, Statistic, bootstrap_over_groups


class ClassFigures(BaseModel, frozen=True):
    """Of one class: pictures of it, pictures taken for it, and how well the two agree.

    None where it is not defined: no such pictures, or none taken for it.
    """

    pictures: int
    groups: int
    told: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None


class ImageFigures(BaseModel, frozen=True):
    """`confusion` has a row a true class and a column a told one, in the order of `classes`.

    `macro_f1` is the mean over the classes that are there. Intervals (95 %) are bootstrapped over
    groups.
    """

    macro_f1: Estimate | None
    classes: dict[str, ClassFigures]
    confusion: list[list[int]]


def image_figures(
    labels: Sequence[str],
    truth: NDArray[np.int64],
    told: NDArray[np.int64],
    groups: NDArray[np.str_],
) -> ImageFigures:
    """Figures of (N,) pictures, `truth` and `told` being indices of `labels`."""
    counts = confusion(truth, told, np.ones(len(truth)), len(labels)).astype(int)
    return ImageFigures(
        macro_f1=bootstrap_over_groups(
            lambda weights: float(np.nanmean(f1(confusion(truth, told, weights, len(labels))))),
            groups,
        ),
        classes={
            label: _class_figures(index, counts, truth, told, groups)
            for index, label in enumerate(labels)
        },
        confusion=counts.tolist(),
    )


def confusion(
    truth: NDArray[np.int64], told: NDArray[np.int64], weights: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """The (size, size) weights of the pictures by true class and told class."""
    cells: NDArray[np.float64] = np.bincount(
        truth * size + told, weights=weights, minlength=size * size
    ).astype(np.float64)
    return cells.reshape(size, size)


def _class_figures(
    index: int,
    counts: NDArray[np.int_],
    truth: NDArray[np.int64],
    told: NDArray[np.int64],
    groups: NDArray[np.str_],
) -> ClassFigures:
    def estimate(figure: Statistic) -> Estimate | None:
        return bootstrap_over_groups(figure, groups)

    there, said = truth == index, told == index

    def share(of: NDArray[np.bool_]) -> Statistic:
        def figure(weights: NDArray[np.float64]) -> float:
            total = weights[of].sum()
            return float(weights[there & said].sum() / total) if total else np.nan

        return figure

    return ClassFigures(
        pictures=int(counts[index].sum()),
        groups=len(np.unique(groups[there])),
        told=int(counts[:, index].sum()),
        precision=estimate(share(said)),
        recall=estimate(share(there)),
        f1=estimate(lambda w: float(f1(confusion(truth, told, w, len(counts)))[index])),
    )


def f1(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """The F1 of each class; NaN for one that is not there."""
    there = cells.sum(axis=1)
    figures: NDArray[np.float64] = np.full(len(cells), np.nan)
    np.divide(2.0 * cells.diagonal(), there + cells.sum(axis=0), out=figures, where=there > 0)
    return figures
