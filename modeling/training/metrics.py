"""Figures by event, over whole clips and through the live event machine; and by window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from modeling.checkpoint import Label
from modeling.detector import to_analysis
from modeling.incidents import Incident, find_incidents
from modeling.training.labels import LABELS, ClipLabels, Span
from modeling.training.rates import Rate
from modeling.training.scoring import ScoredClip

ANOMALY = "fall"
# An incident that starts this long before or after the labelled span still tells of that fall.
EARLY_SEC, LATE_SEC = 0.5, 1.5


@dataclass(frozen=True)
class Outcome:
    """What the event machine told of one clip: the incidents of the anomalous label."""

    labels: ClipLabels
    start: float
    end: float
    incidents: list[Incident]

    def telling_of(self, fall: Span) -> list[Incident]:
        """The incidents that start while `fall` lasts, or close to it."""
        first, last = fall.start - EARLY_SEC, fall.end + LATE_SEC
        return [incident for incident in self.incidents if first <= incident.start <= last]

    @property
    def false_alarms(self) -> list[Incident]:
        """The incidents that tell of no fall."""
        told = [incident for fall in self.labels.falls for incident in self.telling_of(fall)]
        return [incident for incident in self.incidents if incident not in told]


class EventFigures(BaseModel):
    """Figures by event over some clips.

    `told_once` counts falls with exactly one incident, `alarmed_clips` clips without a fall that
    raised an alarm, `false_alarms` incidents without a fall in whichever clip. Delays are medians
    in seconds over the falls found: START since the labelled start of the fall, END since its
    labelled end, the latter where the incident was over before the clip was.
    """

    model_config = ConfigDict(frozen=True)

    clips: int
    minutes: float
    falls_found: Rate
    told_once: Rate
    alarmed_clips: Rate
    false_alarms: int
    start_delay_sec: float | None
    end_delay_sec: float | None


class WindowFigures(BaseModel):
    """Figures by window of one label at its threshold, over the windows with a certain truth."""

    model_config = ConfigDict(frozen=True)

    precision: Rate
    recall: Rate


def outcome(clip: ScoredClip, thresholds: Sequence[float]) -> Outcome:
    """Run the live event machine over a clip's scores, with one threshold for each of LABELS."""
    labels = shipped_labels(thresholds)
    analyses = [None if row is None else to_analysis(labels, row.tolist()) for row in clip.scores]
    incidents = [i for i in find_incidents(clip.times, analyses) if i.label == ANOMALY]
    return Outcome(clip.labels, clip.times[0], clip.times[-1], incidents)


def shipped_labels(thresholds: Sequence[float]) -> list[Label]:
    """The labels as a manifest states them; `lying` is a state and wakes nobody."""
    return [
        Label(name=name, threshold=threshold, anomalous=name == ANOMALY)
        for name, threshold in zip(LABELS, thresholds, strict=True)
    ]


def event_figures(outcomes: Sequence[Outcome]) -> EventFigures:
    """Count falls and false alarms over the outcomes of some clips."""
    falls = [(o, fall, o.telling_of(fall)) for o in outcomes for fall in o.labels.falls]
    found = [(o, fall, told) for o, fall, told in falls if told]
    daily = [o for o in outcomes if not o.labels.falls]
    return EventFigures(
        clips=len(outcomes),
        minutes=sum(o.end - o.start for o in outcomes) / 60.0,
        falls_found=Rate.of(len(found), len(falls)),
        told_once=Rate.of(sum(len(told) == 1 for _, _, told in falls), len(falls)),
        alarmed_clips=Rate.of(sum(bool(o.incidents) for o in daily), len(daily)),
        false_alarms=sum(len(o.false_alarms) for o in outcomes),
        start_delay_sec=_median(told[0].start - fall.start for _, fall, told in found),
        end_delay_sec=_median(
            told[-1].end - fall.end for o, fall, told in found if told[-1].end < o.end
        ),
    )


def figures_by_view(outcomes: Sequence[Outcome]) -> dict[str, EventFigures]:
    """Figures by event of each source's views, and of all the clips together."""
    views: dict[str, list[Outcome]] = {}
    for o in outcomes:
        views.setdefault(f"{o.labels.source} {o.labels.view}", []).append(o)
    parts = {name: event_figures(part) for name, part in sorted(views.items())}
    return parts | {"all": event_figures(outcomes)}


def window_figures(
    clips: Sequence[ScoredClip], thresholds: Sequence[float]
) -> dict[str, WindowFigures]:
    """Precision and recall of each label; as windows overlap, the intervals are too narrow."""
    rows = [_certain_windows(clip) for clip in clips]
    scores, truth, certain = (np.concatenate(column) for column in zip(*rows, strict=True))
    return {
        label: _window_figures(
            scores[certain[:, i], i] >= thresholds[i], truth[certain[:, i], i] == 1.0
        )
        for i, label in enumerate(LABELS)
    }


def _certain_windows(
    clip: ScoredClip,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Scores, truth and its certainty, each (N, L), of the windows that show somebody."""
    seen = [(t, row) for t, row in zip(clip.times, clip.scores, strict=True) if row is not None]
    truth, certain = clip.labels.targets(np.array([time for time, _ in seen]))
    scores = np.array([row for _, row in seen], dtype=np.float32).reshape(-1, len(LABELS))
    return scores, truth, certain


def _window_figures(passed: NDArray[np.bool_], true: NDArray[np.bool_]) -> WindowFigures:
    hits = int((passed & true).sum())
    return WindowFigures(
        precision=Rate.of(hits, int(passed.sum())), recall=Rate.of(hits, int(true.sum()))
    )


def _median(values: Iterable[float]) -> float | None:
    listed = list(values)
    return round(median(listed), 2) if listed else None
