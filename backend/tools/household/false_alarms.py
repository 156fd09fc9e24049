"""When, where and why people were called for nothing."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from backend.storage.duck import Cells
from backend.tools.answers import MAX_ROWS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.estimates import DAYS_A_WEEK, share_percent, weekly_rate
from backend.tools.household.basis.facts import PERCENT, count, estimated, fact
from backend.tools.household.basis.incidents import (
    ALL_OF,
    BY_SQL,
    INCIDENTS_SQL,
    TOLD_SQL,
    unknowable,
    values_of,
)
from backend.tools.household.basis.seen import Seen, seen_in
from backend.tools.household.basis.span import OfPlaceAndSpan, Span, check_place, span_of
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Cell, Fact, Grid, Plot, Series, TableColumn

USUAL_DAYS = 56
Group = Literal["hour", "weekday", "place", "label", "seen"]


class FalseAlarms(OfPlaceAndSpan):
    """False alarms, by the last thing that people said of each incident: how often a week, and by
    hour, weekday (1 is Monday), place, label, or what the camera saw at the end (`seen`, with the
    label: the nearest to a reason that the record has).

    The rate is a week that was wholly watched, with its exact Poisson interval; the share is of
    those that were judged, with Wilson's. Incidents that nobody judged may be false alarms too; who
    is still down after a fall is judged with the fall. A rate needs a week's worth of watching.
    Usual are the last 56 days.
    """

    by: Annotated[Group, Field(description="What has a row of the table each.")] = "hour"


def answer(data: Data, wanted: FalseAlarms) -> Said:
    """The false alarms of a span."""
    check_place(data, wanted.place)
    span = span_of(data, wanted, USUAL_DAYS)
    found = data.duck.ask(_question(wanted.by), values_of(span, wanted.place))
    seen = seen_in(data, span, wanted.place)
    told = int(sum(row[-1] for row in found))
    basis = Said(told, span.days, span.first, span.last)
    if too_little := unknowable(data, seen, told):
        return replace(basis, too_little=too_little)
    grid = _grid(found, wanted.by)
    return replace(basis, facts=_facts(found, seen, span), grid=grid, plot=_plot(grid))


def _question(by: Group) -> str:
    return f"""
    SELECT {BY_SQL[by]} AS grp, count(*) FILTER (verdict = 'false_alarm'),
        count(*) FILTER (verdict IN ('fall', 'false_alarm')), count(*)
    FROM {INCIDENTS_SQL} WHERE {TOLD_SQL} GROUP BY grp ORDER BY 2 DESC, 1
    """


def _facts(found: list[Cells], seen: Seen, span: Span) -> tuple[Fact, ...]:
    false, judged, told = (int(sum(row[column] for row in found)) for column in (1, 2, 3))
    weeks = span.days / DAYS_A_WEEK * seen.share
    return (
        count("false_alarms", false),
        count("incidents", told),
        count("without_clear_verdict", told - judged),
        fact("watched_weeks", weeks),
        *estimated("false_alarms_a_week", weekly_rate(false, weeks) if weeks >= 1 else None),
        *estimated("false_percent_of_judged", share_percent(false, judged), PERCENT, 1),
        *seen.facts(),
    )


def _grid(found: list[Cells], by: Group) -> Grid:
    rows: dict[Cell, tuple[Cell, ...]] = {group: (group, 0, 0, 0) for group in ALL_OF.get(by, ())}
    rows |= {row[0]: tuple(row) for row in found}
    return Grid(
        columns=(_column(by), number("false_alarms"), number("judged"), number("incidents")),
        rows=tuple(rows.values())[:MAX_ROWS],
        is_cut=len(rows) > MAX_ROWS,
    )


def _column(by: Group) -> TableColumn:
    return number(by) if by in ALL_OF else text(by)


def _plot(grid: Grid) -> Plot:
    bars = Series(
        name="false_alarms",
        kind="bar",
        x=tuple(row[0] for row in grid.rows),
        y=tuple(row[1] for row in grid.rows),
    )
    return Plot(x=grid.columns[0], y=grid.columns[1], series=(bars,))


TOOL = Tool(
    "false_alarms",
    {"ko": "잘못 울린 알림", "en": "False alarms"},
    FalseAlarms,
    answer,
    (RecordTable.INCIDENTS,),
    takes_own=False,
)
