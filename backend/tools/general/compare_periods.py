"""Tool `compare_periods`: a span of days beside an earlier one."""

from datetime import date, timedelta

import numpy as np
from pydantic import Field

from backend.errors import InvalidInput
from backend.tools.answers import fact, number, series_of
from backend.tools.daily import Daily, DailyStatistic, daily
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Day, Scope, day_of
from backend.tools.selection import Selection, select
from backend.tools.statistics.intervals import welch
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, Plot, TableColumn

NEEDED = Needed(5, "days")
"""In each of the two spans."""
USUAL_DAYS = 14


class ComparePeriods(Scope):
    """Whether a daily figure differs between two spans: the means of both, their difference with an
    interval of 95 % and a p-value (Welch). The unit is the day, not the row; each span needs five.

    The span is from `since` to `until`, else the last 14 days of the table. It is compared with
    that from `against_since` to `against_until`, else with as many days right before it.
    """

    column: ColumnName | None = Field(
        default=None, description="Of numbers; without one the rows of each day are counted."
    )
    statistic: DailyStatistic = Field(default="mean", description="What is made of a day's rows.")
    against_since: Day | None = None
    against_until: Day | None = None


def _answer(data: Data, wanted: ComparePeriods) -> Said:
    day_of(data)
    column = data.column(wanted.column, ColumnKind.NUMBER) if wanted.column else None
    known = [column] if column else []
    whole = select(data, Scope(where=wanted.where), *known, of_whole_days=True)
    if whole.span.until is None:
        return whole.too_little(NEEDED.said(0, data.language))
    now, before = _spans(wanted, whole.span.until)
    scope = Scope(since=before[0], until=now[1], where=wanted.where)
    both = select(data, scope, *known, of_whole_days=True)
    days = daily(both, column, wanted.statistic)
    return _compared(both, column, days.between(*before), days.between(*now))


def _spans(wanted: ComparePeriods, last: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The span and the one before it; raises InvalidInput unless they follow one another."""
    until = wanted.until or last
    try:
        since = wanted.since or until - timedelta(days=USUAL_DAYS - 1)
        against_until = wanted.against_until or since - timedelta(days=1)
        against_since = wanted.against_since or against_until - (until - since)
    except OverflowError as error:
        raise InvalidInput("since: expected a later day") from error
    if not against_since <= against_until < since <= until:
        raise InvalidInput("expected `against_since`, `against_until`, `since`, `until` in order")
    return (since, until), (against_since, against_until)


def _compared(both: Selection, column: TableColumn | None, before: Daily, now: Daily) -> Said:
    few = min(len(before.days), len(now.days))
    if said := NEEDED.too_little(few, both.data.language):
        return both.too_little(said)
    found = welch(before.values, now.values)
    unit = column.unit if column else None
    return both.said(
        fact("mean", np.mean(now.values), unit),
        fact("days", len(now.days)),
        fact("mean_before", np.mean(before.values), unit),
        fact("days_before", len(before.days)),
        fact("difference", found.value, unit),
        fact("difference_low", found.low, unit),
        fact("difference_high", found.high, unit),
        fact("p_value", found.p),
        plot=_plot(column, before, now),
    )


def _plot(column: TableColumn | None, before: Daily, now: Daily) -> Plot:
    lines = (
        series_of(name, "line", it.days, it.values)
        for name, it in (("before", before), ("now", now))
    )
    day = TableColumn(name="day", kind=ColumnKind.DAY)
    return Plot(x=day, y=column or number("rows"), series=tuple(lines))


TOOL = Tool(
    "compare_periods",
    {"ko": "기간 비교", "en": "Compare periods"},
    ComparePeriods,
    _answer,
    needed=(NEEDED,),
)
