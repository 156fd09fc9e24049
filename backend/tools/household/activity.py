"""How active somebody was."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from backend.tools.answers import MAX_POINTS, MAX_ROWS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.estimates import daily_mean, ratio
from backend.tools.household.basis.facts import count, day, estimated, rounded
from backend.tools.household.basis.seen import (
    HOUR_SEC,
    SHARED_HOURS_SQL,
    seen_in,
    share_by_day,
    well_seen,
)
from backend.tools.household.basis.sentences import too_few_days
from backend.tools.household.basis.span import OfPlaceAndSpan, Span, check_place, span_of
from backend.tools.needed import Needed
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Cell, Fact, Grid, Plot, Series

USUAL_DAYS = 14
LEAST_DAYS = 3
QUESTION = f"""
SELECT day, name, sum(share * active_sec) / {HOUR_SEC}, sum(walked_sec) / 60,
    sum(walked_lengths), sum(rises)
FROM {SHARED_HOURS_SQL} GROUP BY day, name ORDER BY day, name
"""


class Activity(OfPlaceAndSpan):
    """How active somebody was: hours of movement, minutes and speed of walking, and how often
    somebody rose, a day and by day or place.

    What several cameras saw at once is shared out, since it was one person. Speed is in body
    lengths a second; without any walking nothing is said of it, since not all boxes measure it.
    Days of which less than half was seen do not count; it needs 3 that do. Usual are the last 14
    days.
    """

    by: Annotated[
        Literal["day", "place"], Field(description="What has a row of the table each.")
    ] = "day"


@dataclass(frozen=True)
class Active:
    """What was seen of a day at a place."""

    day: date
    place: str
    hours: float
    walked_minutes: float
    walked_lengths: float
    rises: float

    def __add__(self, other: "Active") -> "Active":
        return Active(
            self.day,
            self.place,
            self.hours + other.hours,
            self.walked_minutes + other.walked_minutes,
            self.walked_lengths + other.walked_lengths,
            self.rises + other.rises,
        )

    @property
    def speed(self) -> float | None:
        """Body lengths a second; None where nobody walked."""
        return self.walked_lengths / (60 * self.walked_minutes) if self.walked_minutes else None


def answer(data: Data, wanted: Activity) -> Said:
    """The activity of a span."""
    check_place(data, wanted.place)
    span = span_of(data, wanted, USUAL_DAYS)
    good = well_seen(share_by_day(data, span, wanted.place))
    found = _active(data, span, good, wanted.place)
    basis = Said(len(found), len(good), span.first, span.last)
    if len(good) < LEAST_DAYS:
        return replace(basis, too_little=too_few_days(data.language, LEAST_DAYS, len(good)))
    by_day = [_sum(of) for of in _grouped(found, "day").values()]
    facts = (*_facts(by_day), *seen_in(data, span, wanted.place).facts())
    return replace(basis, facts=facts, grid=_grid(found, wanted.by, len(good)), plot=_plot(found))


def _active(data: Data, span: Span, good: Collection[date], place: str | None) -> list[Active]:
    rows = data.duck.ask(QUESTION, [span.first, span.last, *[place] * 3])
    return [Active(*row) for row in rows if row[0] in good]


def _grouped(found: Sequence[Active], by: str) -> dict[str, list[Active]]:
    groups: defaultdict[str, list[Active]] = defaultdict(list)
    for one in found:
        groups[str(getattr(one, by))].append(one)
    return groups


def _sum(found: Sequence[Active]) -> Active:
    first, *rest = found
    return sum(rest, first)


def _facts(by_day: Sequence[Active]) -> tuple[Fact, ...]:
    days = [it.day for it in by_day]
    return (
        count("days_counted", len(by_day)),
        *estimated("active_hours_a_day", daily_mean(days, [it.hours for it in by_day]), "h"),
        *_walking(days, by_day),
    )


def _walking(days: Sequence[date], by_day: Sequence[Active]) -> tuple[Fact, ...]:
    """Nothing where nobody was seen walking: some camera boxes do not measure it."""
    if not any(it.walked_minutes for it in by_day):
        return ()
    minutes = daily_mean(days, [it.walked_minutes for it in by_day])
    speed = ratio(days, [(it.walked_lengths, 60 * it.walked_minutes) for it in by_day])
    return (
        *estimated("walked_minutes_a_day", minutes, "min"),
        *estimated("walking_speed", speed, "body lengths/s", 3),
        *estimated("rises_a_day", daily_mean(days, [it.rises for it in by_day])),
    )


def _grid(found: Sequence[Active], by: Literal["day", "place"], days: int) -> Grid:
    """A row per day, or the mean day of each place."""
    sums = [_sum(of) for of in _grouped(found, by).values()]
    newest = sums[-MAX_ROWS:]
    per = 1 if by == "day" else days
    return Grid(
        columns=(
            day("day") if by == "day" else text("place"),
            number("active_hours", "h"),
            number("walked_minutes", "min"),
            number("walking_speed", "body lengths/s"),
            number("rises"),
        ),
        rows=tuple(_row(it, it.day if by == "day" else it.place, per) for it in newest),
        is_cut=len(newest) < len(sums),
    )


def _row(one: Active, head: Cell, per: int) -> tuple[Cell, ...]:
    return (
        head,
        rounded(one.hours / per),
        rounded(one.walked_minutes / per),
        rounded(one.speed, 3),
        rounded(one.rises / per),
    )


def _plot(found: Sequence[Active]) -> Plot:
    """The newest days, bars of the places upon each other."""
    places = _grouped(found, "place")
    bars = tuple(_bars(place, of[-(MAX_POINTS // len(places)) :]) for place, of in places.items())
    return Plot(x=day("day"), y=number("active_hours", "h"), series=bars, is_stacked=True)


def _bars(place: str, found: Sequence[Active]) -> Series:
    days, hours = tuple(it.day for it in found), tuple(rounded(it.hours) for it in found)
    return Series(name=place, kind="bar", x=days, y=hours)


TOOL = Tool(
    "activity",
    {"ko": "활동", "en": "Activity"},
    Activity,
    answer,
    (RecordTable.HOURS,),
    takes_own=False,
    needed=(Needed(LEAST_DAYS, "days"),),
)
