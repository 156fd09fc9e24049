"""Figures by event: whole clips, through the live event machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import BaseModel

from contract.events import FALL
from modeling.perception.detector.checkpoint import Label
from modeling.perception.detector.detector import to_analysis
from modeling.perception.incidents.replay import Incident, incidents_of, person_incidents
from modeling.perception.incidents.watch import Watch
from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.evaluate.intervals import Estimate, Rate, hourly, median_over_groups
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.told import Size, Told, is_told, size_of, told_by, watch_clip

# An incident that starts this long before a fall may have begun, or after its labelled end, still
# tells of that fall.
EARLY_SEC, LATE_SEC = 0.4, 1.5


@dataclass(frozen=True)
class Outcome:
    """What was made of one clip: the incidents of the anomalous label, and what is told of it.

    Without `everybody` in the scored clip the ENDs of the incidents are all that is told.
    """

    labels: ClipLabels
    start: float
    end: float
    incidents: list[Incident]
    told: list[Told] = field(default_factory=list)
    size: Size | None = None

    def telling_of(self, fall: Span) -> list[Incident]:
        """The incidents that start while `fall` lasts, or close to it."""
        first, last = told_within(self.labels, fall)
        return [incident for incident in self.incidents if first <= incident.start <= last]

    @property
    def false_alarms(self) -> list[Incident]:
        """The incidents that tell of no fall."""
        told = [incident for fall in self.labels.falls for incident in self.telling_of(fall)]
        return [incident for incident in self.incidents if incident not in told]

    def told_of(self, fall: Span) -> list[Told]:
        """What is told of `fall`: its END, or later that somebody is down."""
        first, last = told_within(self.labels, fall)
        return [
            told
            for told in self.told
            if (first <= told.since <= last if told.label == FALL else told.time >= first)
        ]

    @property
    def told_falsely(self) -> list[Told]:
        """What is told without a fall; that somebody is down is true where a state says so."""
        right = [told for fall in self.labels.falls for told in self.told_of(fall)]
        states = [span for span in self.labels.spans if span.label != FALL]
        return [
            told
            for told in self.told
            if told not in right
            and not (told.label != FALL and any(s.start <= told.time <= s.end for s in states))
        ]

    @property
    def early_alarms(self) -> list[Incident]:
        """Those false alarms that a fall follows, whose own alarm they may have swallowed."""
        return [alarm for alarm in self.false_alarms if self.fall_after(alarm) is not None]

    def fall_after(self, alarm: Incident) -> Span | None:
        """The first fall that begins after the alarm's start."""
        return next((fall for fall in self.labels.falls if fall.start > alarm.start), None)


class EventFigures(BaseModel, frozen=True):
    """Figures by event over some clips, with 95 % intervals.

    `missed` names the clip of each fall that no incident told; `told_once` counts falls with
    exactly one. `alarmed_clips` counts clips without a fall that raised an alarm, `early_alarms`
    clips with a fall that raised one before it. `false_alarms` are all incidents that tell of no
    fall, early ones among them, in whichever clip.

    All this counts from the START. What a caregiver hears is counted beside it: `falls_told` are
    the falls of which something is told, `told_clips` the clips without a fall of which something
    is, and `told_falsely` all that tells of no fall.

    Delays are medians in seconds from the labelled start of the fall, START over the falls found,
    END over those of `ended`: whose incident was over before the clip was.
    """

    clips: int
    minutes: float
    falls_found: Rate
    missed: list[str]
    told_once: Rate
    alarmed_clips: Rate
    early_alarms: Rate
    false_alarms: int
    false_alarms_an_hour: Estimate | None
    falls_told: Rate
    told_clips: Rate
    told_falsely: int
    told_falsely_an_hour: Estimate | None
    start_delay_sec: Estimate | None
    ended: Rate
    end_delay_sec: Estimate | None


@dataclass(frozen=True)
class _Fall:
    """A labelled fall of the clip, and the incidents that tell of it."""

    clip: Outcome
    span: Span
    told: list[Incident]

    @property
    def group(self) -> str:
        return self.clip.labels.group

    @property
    def ended(self) -> bool:
        return bool(self.told) and self.told[-1].end < self.clip.end


def outcome(clip: ScoredClip, thresholds: Mapping[str, float]) -> Outcome:
    """Run the live event machine over a clip's scores, whose columns are those of `thresholds`."""
    labels = watched_labels(thresholds)
    analyses = [None if row is None else to_analysis(labels, row.tolist()) for row in clip.scores]
    incidents = [i for i in person_incidents(clip.times, analyses) if i.label == FALL]
    told = [Told(FALL, incident.start, incident.end) for incident in incidents]
    return Outcome(clip.labels, clip.times[0], clip.times[-1], incidents, told)


def watched(clip: ScoredClip, thresholds: Mapping[str, float]) -> Outcome:
    """Run the live watch over everybody in the clip; slower than `outcome`, and all that counts."""
    return _watched(clip, tuple(thresholds.items()))


@lru_cache(maxsize=100_000)  # choosing thresholds asks for the same ones over and over
def _watched(clip: ScoredClip, thresholds: tuple[tuple[str, float], ...]) -> Outcome:
    if clip.everybody is None:
        return outcome(clip, dict(thresholds))
    windows = clip.everybody.windows
    labels = watched_labels(dict(thresholds))
    moves = watch_clip(windows.moments, clip.everybody.scores, labels, Watch())
    return Outcome(
        clip.labels,
        clip.times[0],
        clip.times[-1],
        incidents_of(moves, FALL),
        [told_by(move) for move in moves if is_told(move)],
        size_of(windows.clip.track),
    )


def watched_labels(thresholds: Mapping[str, float]) -> list[Label]:
    """The labels as the live watch takes them; only the incidents of falls are counted here."""
    return [
        Label(name=name, threshold=threshold, anomalous=name == FALL)
        for name, threshold in thresholds.items()
    ]


def told_within(labels: ClipLabels, fall: Span) -> tuple[float, float]:
    """Between which times an incident has to start to tell of `fall`.

    A fall may have begun as early as the uncertain span around its labelled start does.
    """
    open_starts = [
        span.start
        for span in labels.spans
        if span.label == fall.label and not span.certain and span.start <= fall.start <= span.end
    ]
    return min([fall.start, *open_starts]) - EARLY_SEC, fall.end + LATE_SEC


def event_figures(outcomes: Sequence[Outcome]) -> EventFigures:
    """Count falls and false alarms over the outcomes of some clips."""
    falls = [_Fall(o, fall, o.telling_of(fall)) for o in outcomes for fall in o.labels.falls]
    found = [fall for fall in falls if fall.told]
    false = sum(len(o.told_falsely) for o in outcomes)
    minutes = sum(o.end - o.start for o in outcomes) / 60.0
    alarms = sum(len(o.false_alarms) for o in outcomes)
    return EventFigures(
        clips=len(outcomes),
        minutes=minutes,
        falls_found=Rate.over_groups([(fall.group, bool(fall.told)) for fall in falls]),
        missed=[fall.clip.labels.name for fall in falls if not fall.told],
        told_once=Rate.over_groups([(fall.group, len(fall.told) == 1) for fall in falls]),
        alarmed_clips=Rate.over_groups(
            [(o.labels.group, bool(o.incidents)) for o in outcomes if not o.labels.falls]
        ),
        early_alarms=Rate.over_groups(
            [(o.labels.group, bool(o.early_alarms)) for o in outcomes if o.labels.falls]
        ),
        false_alarms=alarms,
        false_alarms_an_hour=hourly(alarms, minutes / 60.0),
        falls_told=Rate.over_groups(
            [(fall.group, bool(fall.clip.told_of(fall.span))) for fall in falls]
        ),
        told_clips=Rate.over_groups(
            [(o.labels.group, bool(o.told_falsely)) for o in outcomes if not o.labels.falls]
        ),
        told_falsely=false,
        told_falsely_an_hour=hourly(false, minutes / 60.0),
        start_delay_sec=median_over_groups(
            [(fall.group, fall.told[0].start - fall.span.start) for fall in found]
        ),
        ended=Rate.over_groups([(fall.group, fall.ended) for fall in found]),
        end_delay_sec=median_over_groups(
            [(fall.group, fall.told[-1].end - fall.span.start) for fall in found if fall.ended]
        ),
    )


def figures_by_part(outcomes: Sequence[Outcome]) -> dict[str, EventFigures]:
    """Figures by event of each part of the clips, as `parts_of` names them, and of all together."""
    parts: dict[str, list[Outcome]] = {}
    for o in outcomes:
        for part in parts_of(o):
            parts.setdefault(part, []).append(o)
    return {name: event_figures(part) for name, part in sorted(parts.items())} | {
        "all": event_figures(outcomes)
    }


def parts_of(clip: Outcome) -> list[str]:
    """A source's view, and where they are known the fall's kind and end and the people's size."""
    labels = clip.labels
    named = {"fall": labels.kind, "ends": labels.ends, "people": clip.size}
    return [f"{labels.source} {labels.view}"] + [
        f"{what}: {value}" for what, value in named.items() if value is not None
    ]
