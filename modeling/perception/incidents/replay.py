"""A whole stream at once: every window's analysis, and the incidents that follow from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contract.analysis import Analysis
from contract.events import EventType
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.event_machine import EventMachine, Transition
from modeling.perception.incidents.watch import Watch
from modeling.perception.windows.windows import Moment, stacked_features


@dataclass(frozen=True)
class Incident:
    """`label` held of `person` from `start` to `end`, in seconds of the stream.

    `peak` is its highest score; `state` is that of its END, None where it says nothing.
    """

    label: str
    start: float
    end: float
    peak: float
    person: int = 1
    state: str | None = None


def analyze_moments(detector: Detector, moments: Sequence[Moment]) -> list[list[Analysis]]:
    """What the detector says of each moment's windows, in their order."""
    windows = [window for moment in moments for window in moment.windows]
    analyses = iter(detector.analyze(stacked_features(windows)) if windows else [])
    return [[next(analyses) for _ in moment.windows] for moment in moments]


def find_incidents(
    moments: Sequence[Moment],
    analyses: Iterable[Sequence[Analysis | None]],
    watch: Watch | None = None,
) -> list[Incident]:
    """Run the live watch over the moments and their analyses, to the stream's end."""
    watch = watch or Watch()
    moves: list[Transition] = []
    for moment, answers in zip(moments, analyses, strict=True):
        moves += watch.step(moment, answers)
    if moments:
        moves += watch.finish(moments[-1].time)
    return [_incident(move) for move in moves if move.event_type is EventType.END]


def person_incidents(times: Sequence[float], analyses: Iterable[Analysis | None]) -> list[Incident]:
    """Run one person's event machine alone over the analyses at `times`, to the stream's end."""
    machine, moves = EventMachine(), list[Transition]()
    for time, analysis in zip(times, analyses, strict=True):
        moves += machine.step(analysis, time)
    if times:
        moves += machine.finish(times[-1])
    return [_incident(move) for move in moves if move.event_type is EventType.END]


def incidents_of(moves: Iterable[Transition], label: str) -> list[Incident]:
    """The incidents of a label, of whomever, that the moves end."""
    ends = [move for move in moves if move.event_type is EventType.END and move.label == label]
    return [_incident(end) for end in ends]


def _incident(end: Transition) -> Incident:
    start = end.time - (end.duration_sec or 0.0)
    return Incident(end.label, start, end.time, end.prob, end.person, end.state)
