"""A whole stream at once: every window's analysis, and the incidents that follow from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contract.analysis import Analysis
from contract.events import EventType
from modeling.detector import Detector
from modeling.event_machine import EventMachine, EventMachineSettings, Transition
from modeling.windows import Window


@dataclass(frozen=True)
class Incident:
    """`label` held from `start` to `end`, in seconds of the stream; `peak` is its highest score."""

    label: str
    start: float
    end: float
    peak: float


def analyze_windows(detector: Detector, windows: Sequence[Window]) -> list[Analysis | None]:
    """What the detector says of each window, None where it shows nobody."""
    seen = [window.features for window in windows if window.features is not None]
    analyses = iter(detector.analyze(np.stack(seen)) if seen else [])
    return [None if window.features is None else next(analyses) for window in windows]


def find_incidents(
    times: Sequence[float],
    analyses: Iterable[Analysis | None],
    settings: EventMachineSettings | None = None,
) -> list[Incident]:
    """Run the live event machine over the analyses at `times`, to the stream's end."""
    machine = EventMachine(settings or EventMachineSettings())
    ended: list[Transition] = []
    for time, analysis in zip(times, analyses, strict=True):
        ended += machine.step(analysis, time)
    if times:
        ended += machine.finish(times[-1])
    return [_incident(move) for move in ended if move.event_type is EventType.END]


def _incident(end: Transition) -> Incident:
    return Incident(end.label, end.time - (end.duration_sec or 0.0), end.time, end.prob)
