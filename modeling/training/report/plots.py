"""Plots that compare the models of one protocol; SVG, the same bytes at every run."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

from contract.events import FALL
from modeling.training.evaluate.by_event import Outcome, event_figures, outcome
from modeling.training.evaluate.by_window import BINS, LabelWindows, WindowFigures
from modeling.training.evaluate.intervals import Rate
from modeling.training.evaluate.study import CANDIDATES, JudgedClip, Study

FULL = (0.0, 1.02)  # a share, and room for a line at 1
STYLE: dict[RcKeyType, Any] = {
    "figure.constrained_layout.use": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.alpha": 0.3,
    "legend.fontsize": "small",
    "svg.fonttype": "none",  # text stays text, in the reader's font
    "svg.hashsalt": "dolbom",  # without it every run invents new ids
    "text.parse_math": False,  # a model's name is no formula
}
NO_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}

Points = NDArray[np.float64]


def plot_precision_recall(
    windows: Mapping[str, LabelWindows], figures: Mapping[str, WindowFigures], path: Path
) -> None:
    """Precision against recall by window, with the average precision of each named model."""
    with svg(path) as figure:
        axes = figure.subplots()
        for model, part in windows.items():
            name = f"{model}: {_average(figures[model])}, {part.truth.sum()} of {len(part)} windows"
            axes.plot(*_precision_recall(part), drawstyle="steps-post", label=name)
        axes.set(xlabel="recall", ylabel="precision", xlim=FULL, ylim=FULL)
        _legend(axes)


def plot_calibration(windows: Mapping[str, LabelWindows], path: Path) -> None:
    """How often the label holds at a score, with 95 % intervals; below, how many windows.

    Windows are put into bins of equal width by their score.
    """
    with svg(path) as figure:
        held, counted = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        held.plot((0, 1), (0, 1), color="grey", linestyle=":")
        for model, part in windows.items():
            means, rates = calibration_bins(part)
            held.errorbar(means, *_bars(rates), marker="o", capsize=2, label=model)
            counted.plot(means, [rate.total for rate in rates], marker="o")
        held.set(ylabel="share of windows that hold", xlim=FULL, ylim=FULL)
        counted.set(xlabel="score", ylabel="windows", yscale="log")
        counted.yaxis.set_major_formatter("{x:g}")
        _legend(held)


def plot_operating_curve(studies: Sequence[Study], path: Path) -> None:
    """Falls found against false alarms, over all thresholds and where each model is judged.

    A curve has one threshold for all clips at each of its points. The dot has the threshold of
    each split, and its 95 % interval.
    """
    with svg(path) as figure:
        axes = figure.subplots()
        for place, study in enumerate(studies):
            color = f"C{place}"
            at = [event_figures(outcomes_at(study.clips, threshold)) for threshold in CANDIDATES]
            found, _ = _bars([figures.falls_found for figures in at])
            alarms = [figures.false_alarms for figures in at]
            axes.plot(alarms, found, color=color, alpha=0.6)
            _operating_point(axes, study, color)
        axes.set(xlabel="false alarms", ylabel="falls found", ylim=FULL)
        axes.set_xlim(left=-0.5)
        _legend(axes)


def outcomes_at(clips: Sequence[JudgedClip], threshold: float) -> list[Outcome]:
    """The outcome of each clip with another threshold for falls."""
    return [
        outcome(clip.scored, {n: threshold if n == FALL else t for n, t in clip.thresholds.items()})
        for clip in clips
    ]


def calibration_bins(windows: LabelWindows) -> tuple[list[float], list[Rate]]:
    """Of each bin that has windows: their mean score, and how many of them the label holds for."""
    numbers = np.minimum((windows.scores * BINS).astype(int), BINS - 1)
    bins = [numbers == number for number in np.unique(numbers)]
    observed = list(zip(windows.groups.tolist(), windows.truth.tolist(), strict=True))
    rates = [Rate.over_groups([observed[i] for i in np.flatnonzero(inside)]) for inside in bins]
    return [float(windows.scores[inside].mean()) for inside in bins], rates


def _precision_recall(windows: LabelWindows) -> tuple[Points, Points]:
    """Recall and precision over all thresholds; no point where the label never holds."""
    if not windows.truth.any():
        return np.empty(0), np.empty(0)
    precision, recall, _ = precision_recall_curve(windows.truth, windows.scores)
    return recall, precision


def _average(figures: WindowFigures) -> str:
    average = figures.average_precision
    return "no AP" if average is None else f"AP {average:.2f}"


def _operating_point(axes: Axes, study: Study, color: str) -> None:
    figures = event_figures([clip.outcome for clip in study.clips])
    found, bars = _bars([figures.falls_found])
    label = f"{study.model}: {figures.falls_found}, {figures.false_alarms} false alarms"
    axes.errorbar([figures.false_alarms], found, bars, fmt="o", capsize=3, color=color, label=label)


def _bars(rates: Sequence[Rate]) -> tuple[list[float], list[list[float]]]:
    """Shares, and how far their intervals reach below and above."""
    shares = [rate.count / rate.total if rate.total else 0.0 for rate in rates]
    below = [share - rate.low for share, rate in zip(shares, rates, strict=True)]
    above = [rate.high - share for share, rate in zip(shares, rates, strict=True)]
    return shares, [np.maximum(below, 0.0).tolist(), np.maximum(above, 0.0).tolist()]


def _legend(axes: Axes) -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)


@contextmanager
def svg(path: Path) -> Iterator[Figure]:
    """A figure to draw on, written to `path` at the end."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 4.8))
        yield figure
        figure.savefig(path, format="svg", metadata=NO_METADATA)
