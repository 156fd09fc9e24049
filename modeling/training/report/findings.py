"""What there is to look at in a judged clip: one finding for each thing that went wrong."""

from dataclasses import dataclass
from enum import StrEnum

from contract.events import FALL
from modeling.perception.incidents.replay import Incident
from modeling.training.datasets.labels import Span
from modeling.training.evaluate.by_event import Outcome, told_within
from modeling.training.evaluate.study import JudgedClip


class Kind(StrEnum):
    """What a finding is about.

    EARLY_ALARM is a false alarm that a fall follows, FINE a clip in which nothing went wrong.
    """

    MISSED = "missed"
    FALSE_ALARM = "false-alarm"
    EARLY_ALARM = "early-alarm"
    FINE = "fine"


@dataclass(frozen=True)
class Finding:
    """What went wrong at `time`, in seconds of the clip.

    `fall` is the fall that is missed or follows an early alarm, `alarm` the incident that tells of
    no fall. `peak` is the highest score of a missed fall, None where nobody was seen.
    """

    kind: Kind
    time: float
    fall: Span | None = None
    alarm: Incident | None = None
    peak: float | None = None


def find_misses(judged: JudgedClip) -> list[Finding]:
    """Every missed fall, false alarm and early alarm of a clip, in the order of time."""
    outcome = judged.outcome
    missed = [
        Finding(Kind.MISSED, fall.start, fall=fall, peak=highest_score(judged, fall))
        for fall in outcome.labels.falls
        if not outcome.telling_of(fall)
    ]
    alarms = [_false_alarm(outcome, alarm) for alarm in outcome.false_alarms]
    return sorted([*missed, *alarms], key=lambda finding: finding.time)


def findings(judged: JudgedClip) -> list[Finding]:
    """The misses of a clip, or the one finding that all is fine."""
    return find_misses(judged) or [Finding(Kind.FINE, judged.outcome.start)]


def highest_score(judged: JudgedClip, fall: Span) -> float | None:
    """The highest score that the fall got while an alarm would have told of it."""
    clip, column = judged.scored, list(judged.thresholds).index(FALL)
    first, last = told_within(clip.labels, fall)
    rows = zip(clip.times, clip.scores, strict=True)
    during = [row[column] for time, row in rows if row is not None and first <= time <= last]
    return float(max(during)) if during else None


def _false_alarm(outcome: Outcome, alarm: Incident) -> Finding:
    fall = outcome.fall_after(alarm)
    kind = Kind.FALSE_ALARM if fall is None else Kind.EARLY_ALARM
    return Finding(kind, alarm.start, fall=fall, alarm=alarm)
