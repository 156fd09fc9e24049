"""How much each camera saw."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.incidents.days import bounds_of
from backend.storage.duck import Cells
from backend.tools.answers import MAX_POINTS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.facts import PERCENT, day, fact, rounded, time, word
from backend.tools.household.basis.outages import Outage, SeenHour, outages, seen_hours
from backend.tools.household.basis.seen import (
    HOUR_SEC,
    SEEN_SQL,
    Seen,
    Watch,
    seen_in,
    share,
    watches,
)
from backend.tools.household.basis.sentences import nothing_seen
from backend.tools.household.basis.span import OfPlaceAndSpan, Span, check_place, span_of
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Cell, Fact, Grid, Plot, Series

USUAL_DAYS = 28
SUMS = f"""
SELECT camera_id, day, sum({SEEN_SQL}), sum(blind_sec), count(*)
FROM hours WHERE day BETWEEN ? AND ? GROUP BY camera_id, day
"""


class CameraAvailability(OfPlaceAndSpan):
    """How much each camera saw of the time: seen, blind (dark, covered, frozen, not analyzed, or
    back after a silence) and silent (it said good-bye, or is not back), with its longest outage.

    An outage is hours of which less than half was seen, one after the other. A camera counts from
    its first hour on, and no more once nothing was heard of it for 14 days. Usual are the last 28
    days.
    """


@dataclass(frozen=True)
class Availability:
    """What a camera was to see and what it saw, in so many hours of the table, its longest outage,
    and the share of each day."""

    watch: Watch
    seen: Seen
    hours: int
    outage: Outage | None
    by_day: dict[date, float]


def answer(data: Data, wanted: CameraAvailability) -> Said:
    """The cameras in a span."""
    check_place(data, wanted.place)
    span = span_of(data, wanted, USUAL_DAYS)
    found = _availability(data, span, wanted.place)
    basis = Said(sum(it.hours for it in found), span.days, span.first, span.last)
    if not found:
        return replace(basis, too_little=nothing_seen(data.language))
    facts = _facts(found, seen_in(data, span, wanted.place), data.zone)
    return replace(basis, facts=facts, grid=_grid(found, data.zone), plot=_plot(found, span))


def _availability(data: Data, span: Span, place: str | None) -> list[Availability]:
    sums: defaultdict[str, list[Cells]] = defaultdict(list)
    for camera_id, *row in data.duck.ask(SUMS, [span.first, span.last]):
        sums[camera_id].append(tuple(row))
    hours = seen_hours(data, span)
    begin, end = span.bounds(data.zone)
    return [
        _of(watch, sums[watch.camera_id], hours[watch.camera_id], span, data.zone)
        for watch in watches(data, place)
        if watch.within(begin, end)
    ]


def _of(
    watch: Watch,
    sums: Sequence[Cells],
    hours: Sequence[SeenHour],
    span: Span,
    zone: ZoneInfo,
) -> Availability:
    begin, end = span.bounds(zone)
    begin, end = max(begin, watch.begin), min(end, watch.end)
    seen = Seen(1, end - begin, sum(row[1] for row in sums), sum(row[2] for row in sums))
    by_day = {row[0]: share([watch], row[1], *bounds_of(row[0], zone)) for row in sums}
    outage = max(outages(hours, begin, end, zone), key=lambda it: it.hours, default=None)
    return Availability(watch, seen, sum(row[3] for row in sums), outage, by_day)


def _facts(found: Sequence[Availability], seen: Seen, zone: ZoneInfo) -> tuple[Fact, ...]:
    least = min(found, key=lambda it: it.seen.share)
    facts = (
        *seen.facts(),
        word("least_seen", least.watch.place),
        fact("least_seen_percent", 100 * least.seen.share, PERCENT, 1),
    )
    lost = [(it.outage.hours, it) for it in found if it.outage]
    if not lost:
        return facts
    hours, longest = max(lost, key=lambda it: it[0])
    begin, _ = _local(longest.outage, zone)
    return (
        *facts,
        fact("longest_outage_hours", hours, "h", 1),
        word("longest_outage_at", longest.watch.place),
        word("longest_outage_began_at", begin),
    )


def _local(outage: Outage | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    if outage is None:
        return None, None
    begin, end = (datetime.fromtimestamp(it, zone) for it in (outage.begin, outage.end))
    return begin.replace(tzinfo=None), end.replace(tzinfo=None)


def _grid(found: Sequence[Availability], zone: ZoneInfo) -> Grid:
    return Grid(
        columns=(
            text("camera_id"),
            text("place"),
            number("seen_percent", PERCENT),
            number("blind_hours", "h"),
            number("silent_hours", "h"),
            number("longest_outage_hours", "h"),
            time("outage_began_at"),
            time("outage_ended_at"),
            time("last_hour"),
        ),
        rows=tuple(_row(it, zone) for it in found),
    )


def _row(one: Availability, zone: ZoneInfo) -> tuple[Cell, ...]:
    return (
        one.watch.camera_id,
        one.watch.place,
        rounded(100 * one.seen.share, 1),
        rounded(one.seen.blind_sec / HOUR_SEC, 1),
        rounded(one.seen.silent_sec / HOUR_SEC, 1),
        rounded(one.outage.hours if one.outage else 0.0, 1),
        *_local(one.outage, zone),
        one.watch.last_hour,
    )


def _plot(found: Sequence[Availability], span: Span) -> Plot:
    """A row per camera, a column per day; empty where nothing was heard."""
    days = tuple(span.each()[-max(1, MAX_POINTS // len(found)) :])
    heat = Series(
        name="seen_percent",
        kind="heatmap",
        x=days,
        y=tuple(it.watch.camera_id for it in found),
        z=tuple(tuple(_percent(it.by_day.get(on)) for on in days) for it in found),
    )
    return Plot(x=day("day"), y=text("camera_id"), series=(heat,))


def _percent(share: float | None) -> float | None:
    return None if share is None else rounded(100 * share, 1)


TOOL = Tool(
    "camera_availability",
    {"ko": "카메라가 본 시간", "en": "What cameras saw"},
    CameraAvailability,
    answer,
    (RecordTable.HOURS,),
    takes_own=False,
)
