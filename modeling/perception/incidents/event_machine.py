"""Scores over time to incidents: a state a label, with hysteresis; pure, time is an argument."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from contract.analysis import Analysis
from contract.events import FALL, UNFINISHED_AFTER_SEC, EventType


@dataclass(frozen=True)
class EventMachineSettings:
    """When a run of scores is an incident.

    A label starts when its smoothed score was at or above the start threshold in `start_votes`
    of the last `vote_window` windows, and ends when it falls below the end threshold.
    """

    smoothing: float = 0.6
    """Weight of the newest score in the exponential mean; 1 takes scores as they come."""
    start_votes: int = 3
    vote_window: int = 4
    start_threshold: float | None = None
    """Replaces the checkpoint's thresholds, a label each; None leaves them as they are."""
    end_threshold: float | None = None
    """None is `end_ratio` of the start threshold."""
    end_ratio: float = 0.6
    min_duration_sec: float = 0.5
    """An incident does not end earlier, so that one dip does not cut it in two."""
    max_fall_sec: float = 10.0
    """A fall ends after as long whatever its score says, since its END is what is told; it starts
    again only once its score has been below the end threshold."""
    cooldown_sec: float = 10.0
    """After its END a label stays quiet for as long: one fall is one incident."""
    lost_after_sec: float = 1.5
    """With nobody to be seen for as long, an open incident ends."""

    def __post_init__(self) -> None:
        if not 0.0 < self.smoothing <= 1.0:
            raise ValueError(f"smoothing must be above 0 and at most 1, got {self.smoothing}")
        if not 1 <= self.start_votes <= self.vote_window:
            raise ValueError(f"start_votes must be 1 to {self.vote_window}, got {self.start_votes}")
        if not 0.0 < self.max_fall_sec < UNFINISHED_AFTER_SEC:
            raise ValueError(
                f"max_fall_sec must be above 0 and below {UNFINISHED_AFTER_SEC:.0f}, "
                f"got {self.max_fall_sec}"
            )
        for name in ("end_ratio", "start_threshold", "end_threshold"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value <= 1.0:
                raise ValueError(f"{name} must be above 0 and at most 1, got {value}")

    def start_at(self, threshold: float) -> float:
        """The start threshold of a label whose checkpoint says `threshold`."""
        return threshold if self.start_threshold is None else self.start_threshold

    def end_below(self, threshold: float) -> float:
        """The end threshold of a label whose checkpoint says `threshold`; never above the start."""
        start = self.start_at(threshold)
        end = start * self.end_ratio if self.end_threshold is None else self.end_threshold
        return min(start, end)


class LabelState(StrEnum):
    """Where a label stands; COOLDOWN lasts `cooldown_sec` from the END."""

    IDLE = "idle"
    ACTIVE = "active"
    COOLDOWN = "cooldown"


@dataclass(frozen=True)
class Transition:
    """A label of one person began or ended.

    `prob` is the smoothed score, at an END the incident's peak; `state` says how it ended, or what
    else holds of the person, None where there is nothing to say.
    """

    event_type: EventType
    label: str
    time: float
    prob: float
    duration_sec: float | None = None
    person: int = 1
    state: str | None = None


def past_fall(
    began: float, time: float, prob: float, person: int, state: str | None = None
) -> list[Transition]:
    """A fall that nobody saw, known at `time`: it begins and ends at once."""
    return [
        Transition(EventType.START, FALL, began, prob, None, person, state),
        Transition(EventType.END, FALL, time, prob, time - began, person, state),
    ]


@dataclass
class _Label:
    name: str
    votes: deque[bool]
    state: LabelState = LabelState.IDLE
    score: float = 0.0
    since: float = 0.0
    peak: float = 0.0
    rearmed: bool = True  # below the end threshold since its last END


@dataclass
class EventMachine:
    """Follows the labels of one person; feed it every window's analysis in the order of time."""

    settings: EventMachineSettings = field(default_factory=EventMachineSettings)
    person: int = 1
    _labels: dict[str, _Label] = field(default_factory=dict, init=False)
    _last_scored: float = field(default=float("-inf"), init=False)

    def step(self, analysis: Analysis | None, time: float) -> list[Transition]:
        """Take the analysis of the window at `time`, None where nobody was seen."""
        if analysis is None:
            lost = time - self._last_scored >= self.settings.lost_after_sec
            return self.finish(time) if lost else []
        self._last_scored = time
        moves = []
        for name, score, threshold in zip(
            analysis.events, analysis.scores, analysis.thresholds, strict=True
        ):
            moves += self._step_label(self._label(name), score, threshold, time)
        return moves

    def finish(self, time: float) -> list[Transition]:
        """End what is open, because the stream ended or the person is out of sight."""
        ended = [
            self._end(label, time)
            for label in self._labels.values()
            if label.state is LabelState.ACTIVE
        ]
        for label in self._labels.values():
            label.score, label.rearmed = 0.0, True
            label.votes.clear()
        return ended

    def end_cooldown(self, label: str) -> None:
        """Let the label start again however soon: what has ended was told to nobody."""
        self._label(label).since = float("-inf")

    @property
    def scores(self) -> dict[str, float]:
        """The smoothed score of each label."""
        return {name: label.score for name, label in self._labels.items()}

    @property
    def active(self) -> list[str]:
        """The labels with an open incident."""
        return [n for n, label in self._labels.items() if label.state is LabelState.ACTIVE]

    def peak(self, label: str) -> float:
        """The highest score of the label since it ended last."""
        return self._label(label).peak

    def is_told(self, label: str) -> bool:
        """Whether an incident of the label is open, or was a moment ago."""
        return self._label(label).state is not LabelState.IDLE

    def _label(self, name: str) -> _Label:
        if name not in self._labels:
            self._labels[name] = _Label(name, deque(maxlen=self.settings.vote_window))
        return self._labels[name]

    def _step_label(
        self, label: _Label, score: float, threshold: float, time: float
    ) -> list[Transition]:
        label.score += self.settings.smoothing * (score - label.score)
        label.votes.append(label.score >= self.settings.start_at(threshold))
        label.peak = max(label.peak, label.score)
        match label.state:
            case LabelState.ACTIVE if self._is_over(label, threshold, time):
                return [self._end(label, time)]
            case LabelState.COOLDOWN if self._is_rearmed(label, threshold, time):
                label.state = LabelState.IDLE
        if label.state is LabelState.IDLE and sum(label.votes) >= self.settings.start_votes:
            return [self._start(label, time)]
        return []

    def _is_over(self, label: _Label, threshold: float, time: float) -> bool:
        duration = time - label.since
        if label.name == FALL and duration >= self.settings.max_fall_sec:
            return True
        below = label.score < self.settings.end_below(threshold)
        return below and duration >= self.settings.min_duration_sec

    def _is_rearmed(self, label: _Label, threshold: float, time: float) -> bool:
        label.rearmed = label.rearmed or label.score < self.settings.end_below(threshold)
        return label.rearmed and time - label.since >= self.settings.cooldown_sec

    def _start(self, label: _Label, time: float) -> Transition:
        label.state, label.since, label.peak = LabelState.ACTIVE, time, label.score
        return Transition(EventType.START, label.name, time, label.score, person=self.person)

    def _end(self, label: _Label, time: float) -> Transition:
        duration = time - label.since
        peak, label.peak = label.peak, 0.0
        label.state, label.since, label.rearmed = LabelState.COOLDOWN, time, False
        return Transition(EventType.END, label.name, time, peak, duration, self.person)
