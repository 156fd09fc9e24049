"""How good the record itself is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.errors import InvalidInput
from backend.tools.answers import number, text
from backend.tools.data import Data
from backend.tools.household.basis.facts import PERCENT, count, fact, rounded
from backend.tools.household.basis.seen import seen_in, share_by_day, watches
from backend.tools.household.basis.sentences import nothing_seen
from backend.tools.household.basis.span import PLACE_SQL, OfSpan, Span, span_of
from backend.tools.tool import Said, Tool
from contract.events import GAP
from contract.record import RecordTable
from contract.tools import Cell, Fact, Grid

USUAL_DAYS = 7
MAX_DAYS = 31
"""Each event is looked at."""
LATE_SEC = 60
EARLY_SEC = -1
QUESTION = f"""
SELECT camera_id, any_value({PLACE_SQL}), count(*),
    count(*) FILTER (event_type = 'HEARTBEAT'),
    count(*) FILTER (event_type = 'HEARTBEAT' AND pose_share IS NOT NULL),
    count(*) - count(DISTINCT hash(event_type, "at", incident_id, person)),
    count(*) FILTER (state = '{GAP}'),
    count(*) FILTER (delay_sec > {LATE_SEC}), count(*) FILTER (delay_sec < {EARLY_SEC}),
    approx_quantile(delay_sec, 0.5), approx_quantile(delay_sec, 0.95)
FROM events WHERE day BETWEEN ? AND ? GROUP BY camera_id ORDER BY camera_id
"""
"""A month of six cameras has four million events: whole keys, or all delays, would be too much for
the memory of a question."""


class DataQuality(OfSpan):
    """How good the record itself is: days without anything, hours blind or silent, cameras that go
    by their name, as those do of which nobody has said where they hang, how late events arrive
    (more than 60 s is late, before they happened means that a clock is wrong), events that are
    there twice, events that were dropped (gaps), and which share of the heartbeats says whether
    somebody was seen.

    At most 31 days; usual are the last 7.
    """


@dataclass(frozen=True)
class Told:
    """What a camera box told, counted."""

    camera_id: str
    place: str
    events: int
    heartbeats: int
    with_poses: int
    twice: int
    gaps: int
    late: int
    early: int
    median_delay: float | None
    slowest_delay: float | None


def answer(data: Data, wanted: DataQuality) -> Said:
    """The record of a span."""
    span = span_of(data, wanted, USUAL_DAYS)
    if span.days > MAX_DAYS:
        raise InvalidInput(f"since: expected at most {MAX_DAYS} days")
    cameras = [Told(*row) for row in data.duck.ask(QUESTION, [span.first, span.last])]
    seen = seen_in(data, span)
    events = sum(it.events for it in cameras)
    basis = Said(events, span.days, span.first, span.last)
    if not events and not seen.cameras:
        return replace(basis, too_little=nothing_seen(data.language))
    facts = (*_of_hours(data, span, cameras), *seen.facts(), *_of_events(cameras))
    return replace(basis, facts=facts, grid=_grid(cameras))


def _of_hours(data: Data, span: Span, cameras: Sequence[Told]) -> tuple[Fact, ...]:
    placed = {it.camera_id: it.place for it in watches(data)}
    placed |= {it.camera_id: it.place for it in cameras}
    unseen = sum(share == 0 for share in share_by_day(data, span).values())
    return (
        count("days", span.days),
        count("days_not_seen", unseen),
        count("cameras_called_by_name", sum(name == place for name, place in placed.items())),
    )


def _of_events(cameras: Sequence[Told]) -> tuple[Fact, ...]:
    events = sum(it.events for it in cameras)
    beats = sum(it.heartbeats for it in cameras)
    return (
        count("events", events),
        count("events_twice", sum(it.twice for it in cameras)),
        count("gaps", sum(it.gaps for it in cameras)),
        count("events_before_they_happened", sum(it.early for it in cameras)),
        *_percent("late_percent", sum(it.late for it in cameras), events),
        *_percent("heartbeats_with_poses_percent", sum(it.with_poses for it in cameras), beats),
    )


def _percent(name: str, part: int, whole: int) -> tuple[Fact, ...]:
    return (fact(name, 100 * part / whole, PERCENT, 1),) if whole else ()


def _grid(cameras: Sequence[Told]) -> Grid:
    return Grid(
        columns=(
            text("camera_id"),
            text("place"),
            number("events"),
            number("events_twice"),
            number("gaps"),
            number("events_before_they_happened"),
            number("late"),
            number("delay_median_sec", "s"),
            number("delay_95_percent_sec", "s"),
        ),
        rows=tuple(map(_row, cameras)),
    )


def _row(one: Told) -> tuple[Cell, ...]:
    return (
        one.camera_id,
        one.place,
        one.events,
        one.twice,
        one.gaps,
        one.early,
        one.late,
        rounded(one.median_delay),
        rounded(one.slowest_delay),
    )


TOOL = Tool(
    "data_quality",
    {"ko": "기록의 상태", "en": "How good the record is"},
    DataQuality,
    answer,
    (RecordTable.EVENTS,),
    takes_own=False,
)
