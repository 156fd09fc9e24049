"""Figures by window, with intervals that know how alike the windows of one event are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from modeling.training.datasets.examples import Examples
from modeling.training.evaluate.intervals import Estimate, Rate, Statistic, bootstrap_over_groups
from modeling.training.evaluate.study import JudgedClip

BINS = 10


class WindowFigures(BaseModel, frozen=True):
    """Figures by window of one label, over the windows that show somebody with a certain truth.

    `precision` and `recall` are at the threshold that each clip is judged at. `brier` is the mean
    squared error of the score (Brier, 1950); `calibration_error` is the mean distance between
    score and share of windows that hold, over ten bins of equal width (Naeini and others, 2015).
    The intervals of these and of the average precision come from a bootstrap over groups: all
    windows of a group are drawn together.
    """

    windows: int
    groups: int
    precision: Rate
    recall: Rate
    average_precision: Estimate | None
    brier: Estimate | None
    calibration_error: Estimate | None


@dataclass(frozen=True)
class LabelWindows(Examples):
    """Windows of one label, (N,) each: score, truth, and whether it passed its threshold."""

    scores: NDArray[np.float64]
    truth: NDArray[np.bool_]
    passed: NDArray[np.bool_]


def window_figures(clips: Sequence[JudgedClip]) -> dict[str, WindowFigures]:
    """The figures of each label that the clips are judged for."""
    labels = clips[0].thresholds if clips else ()
    return {label: label_figures(label_windows(clips, label)) for label in labels}


def label_windows(clips: Sequence[JudgedClip], label: str) -> LabelWindows:
    """The windows of all clips that show somebody and whose truth is certain."""
    return LabelWindows.concatenate([_clip_windows(clip, label) for clip in clips])


def label_figures(windows: LabelWindows) -> WindowFigures:
    """Count, and estimate with a bootstrap over groups."""
    truth, scores, groups = windows.truth, windows.scores, windows.groups
    return WindowFigures(
        windows=len(windows),
        groups=len(np.unique(groups)),
        precision=_share(windows, of=windows.passed),
        recall=_share(windows, of=windows.truth),
        average_precision=bootstrap_over_groups(average_precision(truth, scores), groups),
        brier=bootstrap_over_groups(brier_score(truth, scores), groups),
        calibration_error=bootstrap_over_groups(calibration_error(truth, scores), groups),
    )


def average_precision(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> Statistic:
    """The mean precision over all recalls, NaN where nothing is true; ties count as one step."""
    order = np.argsort(-scores, kind="stable")
    held, ranked = truth[order], scores[order]
    last_of_ties = np.append(ranked[1:] != ranked[:-1], True)

    def statistic(weights: NDArray[np.float64]) -> float:
        sorted_weights = weights[order]
        hits = np.cumsum(sorted_weights * held)[last_of_ties]
        passed = np.cumsum(sorted_weights)[last_of_ties]
        if hits[-1] == 0.0:
            return float("nan")
        precision = hits / np.maximum(passed, 1.0)
        return float(precision @ np.diff(hits, prepend=0.0) / hits[-1])

    return statistic


def brier_score(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> Statistic:
    """The mean squared distance between score and truth."""
    errors = (scores - truth) ** 2
    return lambda weights: float(weights @ errors / weights.sum())


def calibration_error(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> Statistic:
    """The mean distance between score and truth of the bins, by their windows."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    differences = scores - truth

    def statistic(weights: NDArray[np.float64]) -> float:
        distances = np.bincount(bins, weights * differences, minlength=BINS)
        return float(np.abs(distances).sum() / weights.sum())

    return statistic


def _clip_windows(clip: JudgedClip, label: str) -> LabelWindows:
    names = list(clip.thresholds)
    truth, certain = clip.scored.labels.targets(np.array(clip.scored.times), names)
    column = names.index(label)
    seen = np.array([row is not None for row in clip.scored.scores])
    known = seen & certain[:, column]
    rows = [np.nan if row is None else row[column] for row in clip.scored.scores]
    scores = np.array(rows, dtype=np.float64)[known]
    return LabelWindows(
        scores=scores,
        truth=truth[known, column] == 1.0,
        passed=scores >= clip.thresholds[label],
        groups=np.full(len(scores), clip.scored.labels.group),
    )


def _share(windows: LabelWindows, of: NDArray[np.bool_]) -> Rate:
    """How many of the windows `of` both passed and are true."""
    hits = windows.passed & windows.truth
    return Rate.over_groups(list(zip(windows.groups[of].tolist(), hits[of].tolist(), strict=True)))
