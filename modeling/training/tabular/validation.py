"""What trees say of rows that they have not learnt from, beside a line and the mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.tabular.checkpoint import Calibration, Intervals
from modeling.training.evaluate.intervals import Rate
from modeling.training.tabular.baselines import linear_answers, mean_answers
from modeling.training.tabular.calibration import calibrate, intervals_of, probability, within
from modeling.training.tabular.figures import figures_of
from modeling.training.tabular.folds import Fold, folds_of
from modeling.training.tabular.material import Material
from modeling.training.tabular.record import Reliability, TabularRecord
from modeling.training.tabular.settings import TabularSettings
from modeling.training.tabular.trees import fit_trees, raw_of

Numbers = NDArray[np.float64]
Hear = Callable[[str, float], None]
"""Hears the mean squared error of each fold's answers, or their Brier score."""


@dataclass(frozen=True)
class Judged:
    """(H,) rows held out: in which `fold`, what the trees, a line and the mean said, the truth."""

    fold: NDArray[np.intp]
    raw: Numbers
    linear: Numbers
    mean: Numbers
    truth: Numbers
    groups: NDArray[np.str_]


@dataclass(frozen=True)
class Validated:
    """By what answers are to be corrected, and the figures of such answers."""

    intervals: Intervals | None
    calibration: Calibration | None
    record: TabularRecord


def validate(material: Material, settings: TabularSettings, hear: Hear) -> Validated:
    """Fit without each fold in turn; raises TableError."""
    folds = folds_of(material, settings)
    parts = [_judged(material, settings, fold, index) for index, fold in enumerate(folds)]
    judged = _joined(parts)
    corrected = _corrected(judged, settings)
    for index in range(len(folds)):
        there = judged.fold == index
        hear(f"fold-{index + 1}", float(np.mean((corrected[there] - judged.truth[there]) ** 2)))
    is_value = settings.kind == "value"
    record = _record(material, settings, judged, corrected)
    return Validated(
        intervals_of(judged.raw, judged.truth, settings.coverage) if is_value else None,
        None if is_value else calibrate(judged.raw, judged.truth),
        record,
    )


def _judged(material: Material, settings: TabularSettings, fold: Fold, index: int) -> Judged:
    trees = fit_trees(material, settings, fold.learnt)
    held_out = fold.held_out
    return Judged(
        np.full(int(held_out.sum()), index),
        raw_of(trees, material.matrix[held_out]),
        linear_answers(material, settings, fold),
        mean_answers(material, fold),
        material.target[held_out],
        material.groups[held_out],
    )


def _joined(parts: Sequence[Judged]) -> Judged:
    return Judged(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in Judged.__dataclass_fields__
        )
    )


def _corrected(judged: Judged, settings: TabularSettings) -> Numbers:
    """(H,) answers; a probability is calibrated on the other folds."""
    if settings.kind == "value":
        return judged.raw
    answer = np.empty(len(judged.raw))
    for fold in np.unique(judged.fold):
        there = judged.fold == fold
        calibration = calibrate(judged.raw[~there], judged.truth[~there])
        answer[there] = probability(judged.raw[there], calibration)
    return answer


def _covered(judged: Judged, coverage: float, has_groups: bool) -> Rate:
    """How many truths lie in the intervals that the other folds give."""
    covered = np.empty(len(judged.raw), dtype=bool)
    for fold in np.unique(judged.fold):
        there = judged.fold == fold
        intervals = intervals_of(judged.raw[~there], judged.truth[~there], coverage)
        covered[there] = within(judged.raw[there], judged.truth[there], intervals)
    if not has_groups:
        return Rate.of(int(covered.sum()), len(covered))
    return Rate.over_groups(list(zip(judged.groups.tolist(), covered.tolist(), strict=True)))


def _record(
    material: Material, settings: TabularSettings, judged: Judged, corrected: Numbers
) -> TabularRecord:
    is_value = settings.kind == "value"
    figures = {
        name: figures_of(settings.kind, answer, judged.truth, judged.groups)
        for name, answer in (
            ("trees", corrected),
            ("linear", judged.linear),
            ("mean", judged.mean),
        )
    }
    return TabularRecord(
        settings=settings,
        data=material.digest,
        rows=len(material),
        groups=len(np.unique(material.groups)) if material.has_groups else None,
        held_out=len(judged.truth),
        **figures,
        covered=_covered(judged, settings.coverage, material.has_groups) if is_value else None,
        reliability=None if is_value else list(Reliability.table(corrected, judged.truth)),
    )
