"""How fast people answered."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from backend.storage.duck import Cells
from backend.tools.answers import MAX_ROWS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.estimates import median, share_percent
from backend.tools.household.basis.facts import PERCENT, count, estimated, fact, rounded
from backend.tools.household.basis.incidents import (
    ALL_OF,
    BY_SQL,
    INCIDENTS_SQL,
    unknowable,
    values_of,
)
from backend.tools.household.basis.seen import Seen, seen_in
from backend.tools.household.basis.span import OfPlaceAndSpan, check_place, span_of
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot, Series

USUAL_DAYS = 90
LEAST_FOR_MEDIAN = 3
WITHIN_MIN = (1, 3, 10)
Group = Literal["answer", "hour", "weekday", "place", "label"]


class Answers(OfPlaceAndSpan):
    """How fast people answered what they were told of, and how often nobody did; by what they
    answered, hour, weekday (1 is Monday), place or label.

    Times are from an alert's arrival to the first answer of anybody: the record's tables do not say
    whose it was. False alarms count, tests do not; who is still down after a fall is answered with
    the fall. A median needs 3 answers, its interval 6. Usual are the last 90 days and today.
    """

    by: Annotated[Group, Field(description="What has a row of the table each.")] = "answer"


def answer(data: Data, wanted: Answers) -> Said:
    """The answers of a span."""
    check_place(data, wanted.place)
    span = span_of(data, wanted, USUAL_DAYS, with_today=True)
    found = data.duck.ask(_question(wanted.by), values_of(span, wanted.place))
    seen = seen_in(data, span, wanted.place)
    told = int(sum(row[1] for row in found))
    basis = Said(told, span.days, span.first, span.last)
    if too_little := unknowable(data, seen, told):
        return replace(basis, too_little=too_little)
    grid = _grid(found, wanted.by)
    return replace(basis, facts=_facts(found, told, seen), grid=grid, plot=_plot(grid))


def _question(by: Group) -> str:
    return f"""
    SELECT {BY_SQL[by]} AS grp, count(*), median(answered_after_sec), max(answered_after_sec),
        list(answered_after_sec) FILTER (answered_after_sec IS NOT NULL)
    FROM {INCIDENTS_SQL} WHERE is_told GROUP BY grp ORDER BY grp
    """


def _facts(found: list[Cells], told: int, seen: Seen) -> tuple[Fact, ...]:
    times = [seconds for row in found for seconds in row[-1] or ()]
    middle = median(times) if len(times) >= LEAST_FOR_MEDIAN else None
    return (
        count("told", told),
        count("answered", len(times)),
        count("unanswered", told - len(times)),
        *estimated("answered_percent", share_percent(len(times), told), PERCENT, 1),
        *estimated("answer_median_sec", middle, "s", 1),
        *_within(times, told),
        *((fact("answer_longest_sec", max(times), "s", 1),) if times else ()),
        *seen.facts(),
    )


def _within(times: list[float], told: int) -> tuple[Fact, ...]:
    if not told:
        return ()
    return tuple(
        fact(
            f"answered_within_{minutes}_min_percent",
            100 * sum(it <= 60 * minutes for it in times) / told,
            PERCENT,
            1,
        )
        for minutes in WITHIN_MIN
    )


def _grid(found: list[Cells], by: Group) -> Grid:
    return Grid(
        columns=(
            number(by) if by in ALL_OF else text(by),
            number("told"),
            number("answered"),
            number("median_sec", "s"),
            number("longest_sec", "s"),
        ),
        rows=tuple(
            (group, told, len(times or ()), rounded(middle, 1), rounded(longest, 1))
            for group, told, middle, longest, times in found[:MAX_ROWS]
        ),
        is_cut=len(found) > MAX_ROWS,
    )


def _plot(grid: Grid) -> Plot:
    timed = [row for row in grid.rows if row[3] is not None]
    bars = Series(
        name="median_sec",
        kind="bar",
        x=tuple(row[0] for row in timed),
        y=tuple(row[3] for row in timed),
    )
    return Plot(x=grid.columns[0], y=grid.columns[3], series=(bars,))


TOOL = Tool(
    "answers",
    {"ko": "응답", "en": "Answers"},
    Answers,
    answer,
    (RecordTable.INCIDENTS,),
    takes_own=False,
)
