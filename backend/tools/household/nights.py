"""How the nights were."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from statistics import mean
from zoneinfo import ZoneInfo

from backend.tools.answers import MAX_ROWS, number
from backend.tools.data import Data
from backend.tools.household.basis.estimates import daily_mean, slope_a_week
from backend.tools.household.basis.facts import PERCENT, count, day, estimated, fact, rounded
from backend.tools.household.basis.seen import (
    HOUR_SEC,
    LEAST_SEEN,
    NO_PLACE,
    SEEN_SQL,
    SHARED_HOURS_SQL,
    Watch,
    at,
    share,
    watches,
)
from backend.tools.household.basis.sentences import too_few_nights
from backend.tools.household.basis.span import DAY, OfSpan, Span, span_of
from backend.tools.needed import Needed
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot, Series

USUAL_DAYS = 28
LEAST_NIGHTS = 3
NIGHTS_FOR_TREND = 14
NIGHT_FROM, NIGHT_UNTIL = 22, 6
QUESTION = f"""
WITH lain AS (
    SELECT CAST(began_at + INTERVAL 2 HOUR AS DATE) AS night,
        sum(share * lying_sec) / {HOUR_SEC} AS lying, sum({SEEN_SQL}) AS seen
    FROM {SHARED_HOURS_SQL} WHERE hour >= {NIGHT_FROM} OR hour < {NIGHT_UNTIL} GROUP BY night
)
SELECT now.day, now.times_up_at_night, lain.lying, evening.last_moved_hour, now.first_moved_hour,
    coalesce(lain.seen, 0),
    EXISTS (FROM hours WHERE began_at >= now.day + INTERVAL {NIGHT_UNTIL} HOUR)
FROM person_days AS now
LEFT JOIN lain ON lain.night = now.day
LEFT JOIN person_days AS evening ON evening.day = now.day - 1
WHERE now.day BETWEEN ? AND ? ORDER BY now.day
"""


class Nights(OfSpan):
    """How the nights were: how often somebody was up from 22 to 6, how long somebody lay, when the
    last movement of the evening and the first of the morning was, and whether times up rise or
    fall from week to week.

    A night has the date of its morning. Nights of which less than half was seen, and one that is
    not over, are shown but not counted in the means. It needs 3 others, a trend 14. Usual are the
    last 28 nights.
    """


@dataclass(frozen=True)
class Night:
    """One night by its morning; hours as 7.5 for half past seven."""

    morning: date
    times_up: float | None
    lying_hours: float | None
    last_moved: float | None
    first_moved: float | None
    seen: float
    is_over: bool

    @property
    def counts(self) -> bool:
        """Whether it says something."""
        return self.is_over and self.seen >= LEAST_SEEN and self.times_up is not None


def answer(data: Data, wanted: Nights) -> Said:
    """The nights of a span."""
    span = span_of(data, wanted, USUAL_DAYS, with_today=True)
    nights = nights_of(data, span)
    good = [it for it in nights if it.counts]
    basis = Said(len(nights), len(good), span.first, span.last)
    if len(good) < LEAST_NIGHTS:
        return replace(basis, too_little=too_few_nights(data.language, LEAST_NIGHTS, len(good)))
    return replace(basis, facts=_facts(nights, good), grid=_grid(nights), plot=_plot(good))


def nights_of(data: Data, span: Span) -> list[Night]:
    """Those that the record has, oldest first."""
    expected = watches(data)
    found = data.duck.ask(QUESTION, [span.first - DAY, span.last, *NO_PLACE, span.first, span.last])
    return [
        Night(up_to, up, lying, last, first, _seen_share(expected, seen, up_to, data.zone), is_over)
        for up_to, up, lying, last, first, seen, is_over in found
    ]


def _seen_share(expected: Sequence[Watch], seen_sec: float, morning: date, zone: ZoneInfo) -> float:
    begin = at(datetime.combine(morning - DAY, time(NIGHT_FROM)), zone)
    return share(expected, seen_sec, begin, at(datetime.combine(morning, time(NIGHT_UNTIL)), zone))


def _facts(nights: Sequence[Night], good: Sequence[Night]) -> tuple[Fact, ...]:
    mornings = [it.morning for it in good]
    times_up = [it.times_up or 0.0 for it in good]
    lying = [it.lying_hours or 0.0 for it in good]
    trend = slope_a_week(mornings, times_up) if len(good) >= NIGHTS_FOR_TREND else None
    return (
        count("nights_counted", len(good)),
        count("nights_left_out", len(nights) - len(good)),
        fact("seen_percent", 100 * mean(it.seen for it in nights), PERCENT, 1),
        *estimated("times_up_a_night", daily_mean(mornings, times_up)),
        *estimated("lying_hours_a_night", daily_mean(mornings, lying), "h"),
        *estimated("times_up_rise_a_week", trend),
    )


def _grid(nights: Sequence[Night]) -> Grid:
    newest = nights[-MAX_ROWS:]
    return Grid(
        columns=(
            day("morning"),
            number("times_up"),
            number("lying_hours", "h"),
            number("last_moved_hour", "h"),
            number("first_moved_hour", "h"),
            number("seen_percent", PERCENT),
        ),
        rows=tuple(
            (
                it.morning,
                rounded(it.times_up),
                rounded(it.lying_hours),
                rounded(it.last_moved),
                rounded(it.first_moved),
                rounded(100 * it.seen, 1),
            )
            for it in newest
        ),
        is_cut=len(newest) < len(nights),
    )


def _plot(good: Sequence[Night]) -> Plot:
    mornings = tuple(it.morning for it in good)
    times_up = tuple(rounded(it.times_up) for it in good)
    bars = Series(name="times_up", kind="bar", x=mornings, y=times_up)
    return Plot(x=day("morning"), y=number("times_up"), series=(bars,))


TOOL = Tool(
    "nights",
    {"ko": "밤", "en": "Nights"},
    Nights,
    answer,
    (RecordTable.PERSON_DAYS,),
    takes_own=False,
    needed=(Needed(LEAST_NIGHTS, "days"),),
)
