"""What is learnt from and what is held out: no group on both sides, and nothing later learnt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.training.tabular.material import Material
from modeling.training.tabular.settings import TabularSettings
from modeling.training.tabular.table import TableError

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Fold:
    """Which of N rows are learnt from, and which are held out; some may be neither."""

    learnt: Mask
    held_out: Mask


def folds_of(material: Material, settings: TabularSettings) -> Sequence[Fold]:
    """As many as the settings say; raises TableError where they cannot be."""
    number = settings.folds
    dealt = _dealt(material.groups, number, settings.seed)
    if material.times is None:
        folds = [Fold(dealt != fold, dealt == fold) for fold in range(number)]
    else:
        period = _periods(material.times, number + 1)
        folds = [_later(period, fold, dealt, material.has_groups) for fold in range(number)]
    for fold in folds:
        _check(fold, material, settings)
    return folds


def _later(period: NDArray[np.intp], fold: int, dealt: NDArray[np.intp], parted: bool) -> Fold:
    """The rows of a period by what came before it; of other groups where there are groups."""
    learnt, held_out = period <= fold, period == fold + 1
    if parted:
        learnt, held_out = learnt & (dealt != fold), held_out & (dealt == fold)
    return Fold(learnt, held_out)


def _dealt(groups: NDArray[np.str_], folds: int, seed: int) -> NDArray[np.intp]:
    """(N,) the fold of each row's group, the largest groups dealt first."""
    names, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < folds:
        raise TableError(f"{len(names)} groups cannot be split into {folds} folds")
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]
    there, back = np.arange(folds), np.arange(folds)[::-1]
    turns = np.tile(np.concatenate((there, back)), len(names) // (2 * folds) + 1)
    fold_of = np.empty(len(names), dtype=np.intp)
    fold_of[order] = turns[: len(names)]
    return fold_of[group_of]


def _periods(times: NDArray[np.float64], number: int) -> NDArray[np.intp]:
    """(N,) the period of each row, of about as many rows each; one time is of one period."""
    ends = np.quantile(times, np.arange(1, number) / number)
    return np.searchsorted(ends, times, side="left")


def _check(fold: Fold, material: Material, settings: TabularSettings) -> None:
    least = 1 if settings.kind == "value" else 2
    for rows, what in ((fold.learnt, "learns from"), (fold.held_out, "holds out")):
        if len(np.unique(material.target[rows])) < least:
            raise TableError(
                f"a fold {what} {int(rows.sum())} rows, without a yes and a no among them; "
                "expected fewer folds, or more groups and times"
            )
