"""A judged clip as the geometry of its timeline; the page draws it as SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

import numpy as np

from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import RATE_HZ
from modeling.training.datasets.labels import ClipLabels
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import JudgedClip


@dataclass(frozen=True)
class Band:
    """A stretch of the clip: `left` and `width` in percent of its length."""

    left: float
    width: float
    certain: bool = True


@dataclass(frozen=True)
class Curve:
    """A label's scores as SVG polylines in a box of 100 by 100, one for each stretch seen."""

    label: str
    threshold: float
    polylines: list[str]


@dataclass(frozen=True)
class Timeline:
    """What the timeline shows: `start` and `duration` in seconds, the rest in percent.

    `truth` are each label's spans, `alarms` the incidents, `unseen` where nobody was seen;
    `ticks` are whole seconds and their places.
    """

    start: float
    duration: float
    curves: list[Curve]
    truth: dict[str, list[Band]]
    alarms: list[Band]
    unseen: list[Band]
    ticks: list[tuple[int, float]]


@dataclass(frozen=True)
class _Scale:
    start: float
    duration: float

    def percent(self, time: float) -> float:
        share = (time - self.start) / self.duration
        return round(100.0 * min(max(share, 0.0), 1.0), 2)

    def band(self, start: float, end: float, *, certain: bool = True) -> Band:
        left = self.percent(start)
        return Band(left, round(self.percent(end) - left, 2), certain)


def draw_timeline(judged: JudgedClip) -> Timeline:
    """Lay out one clip; spans that outlast it are cut off at its ends."""
    outcome = judged.outcome
    # A clip of a single window has no length of its own.
    scale = _Scale(outcome.start, max(outcome.end - outcome.start, 1.0 / RATE_HZ))
    return Timeline(
        start=scale.start,
        duration=scale.duration,
        curves=_curves(judged, scale),
        truth=_truth(outcome.labels, list(judged.thresholds), scale),
        alarms=[scale.band(alarm.start, alarm.end) for alarm in outcome.incidents],
        unseen=[scale.band(start, end) for start, end in _unseen(judged.scored)],
        ticks=_ticks(scale),
    )


def draw_labels(labels: ClipLabels, names: Sequence[str], track: PoseTrack) -> Timeline:
    """Lay out what is known of a clip that nobody judged, and where nobody was found.

    `names` are those of the labels that are shown.
    """
    times, found = track.times, np.isin(np.arange(len(track)), track.rows)
    scale = _Scale(float(times[0]), max(float(times[-1] - times[0]), 1.0 / RATE_HZ))
    edges = np.flatnonzero(np.diff(np.concatenate([[True], found, [True]])))
    last = len(times) - 1
    return Timeline(
        start=scale.start,
        duration=scale.duration,
        curves=[],
        truth=_truth(labels, names, scale),
        alarms=[],
        unseen=[
            scale.band(float(times[start]), float(times[min(stop, last)]))
            for start, stop in edges.reshape(-1, 2)
        ],
        ticks=_ticks(scale),
    )


def _truth(labels: ClipLabels, names: Sequence[str], scale: _Scale) -> dict[str, list[Band]]:
    return {
        label: [
            scale.band(span.start, span.end, certain=span.certain)
            for span in labels.spans
            if span.label == label
        ]
        for label in names
    }


def _curves(judged: JudgedClip, scale: _Scale) -> list[Curve]:
    return [
        Curve(label, threshold, list(_polylines(judged.scored, column, scale)))
        for column, (label, threshold) in enumerate(judged.thresholds.items())
    ]


def _polylines(clip: ScoredClip, column: int, scale: _Scale) -> Iterator[str]:
    rows = zip(clip.times, clip.scores, strict=True)
    for nobody, run in groupby(rows, key=lambda row: row[1] is None):
        if not nobody:
            points = [
                f"{scale.percent(time):g},{100.0 - 100.0 * float(row[column]):.1f}"
                for time, row in run
                if row is not None
            ]
            yield " ".join([points[0], *points])  # a lone point needs two to be drawn


def _unseen(clip: ScoredClip) -> Iterator[tuple[float, float]]:
    ends = [*clip.times[1:], clip.times[-1]]
    rows = zip(clip.times, ends, clip.scores, strict=True)
    for nobody, run in groupby(rows, key=lambda row: row[2] is None):
        if nobody:
            stretch = list(run)
            yield stretch[0][0], stretch[-1][1]


def _ticks(scale: _Scale) -> list[tuple[int, float]]:
    step = max(1, round(scale.duration / 8))
    seconds = range(ceil(scale.start), int(scale.start + scale.duration) + 1, step)
    return [(second, scale.percent(second)) for second in seconds]
