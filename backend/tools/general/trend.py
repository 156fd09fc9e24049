"""Tool `trend`: whether a daily figure rises or falls, and when its level changed."""

import numpy as np
from pydantic import Field

from backend.tools.answers import fact, grid, number, series_of
from backend.tools.daily import Daily, DailyStatistic, daily
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope, day_of
from backend.tools.selection import select
from backend.tools.statistics.change_points import change_points
from backend.tools.statistics.intervals import Estimate
from backend.tools.statistics.slope import slope
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, Grid, Plot, TableColumn

NEEDED = Needed(14, "days")
WEEK = 7
DAY = TableColumn(name="day", kind=ColumnKind.DAY)


class Trend(Scope):
    """Whether a daily figure rises or falls: its change a week by least squares, with an interval
    of 95 % and a p-value that allow for days being like the day before (Newey and West).

    Then the days from which on its level was another, if any: binary segmentation with a test by
    shuffling, which needs some four weeks. A steady rise may show as a few such days.
    """

    column: ColumnName | None = Field(
        default=None, description="Of numbers; without one the rows of each day are counted."
    )
    statistic: DailyStatistic = Field(default="mean", description="What is made of a day's rows.")


def _answer(data: Data, wanted: Trend) -> Said:
    day_of(data)
    column = data.column(wanted.column, ColumnKind.NUMBER) if wanted.column else None
    chosen = select(data, wanted, *([column] if column else []), of_whole_days=True)
    days = daily(chosen, column, wanted.statistic)
    if said := NEEDED.too_little(len(days.days), data.language):
        return chosen.too_little(said)
    found = slope(days.numbers, days.values)
    value = column or number("rows")
    changes = _changes(days, value)
    return chosen.said(
        fact("mean", np.mean(days.values), value.unit),
        fact("change_a_week", found.value * WEEK, value.unit),
        fact("change_a_week_low", found.low * WEEK, value.unit),
        fact("change_a_week_high", found.high * WEEK, value.unit),
        fact("p_value", found.p),
        fact("change_points", len(changes.rows)),
        grid=changes,
        plot=_plot(value, days, found),
    )


def _changes(days: Daily, value: TableColumn) -> Grid:
    rows = ((days.days[it.index], it.before, it.after, it.p) for it in change_points(days.values))
    header = (number("mean_before", value.unit), number("mean_after", value.unit))
    return grid((DAY, *header, number("p_value")), rows)


def _plot(value: TableColumn, days: Daily, found: Estimate) -> Plot:
    around = days.numbers - np.mean(days.numbers)
    line = np.mean(days.values) + found.value * around
    return Plot(
        x=DAY,
        y=value,
        series=(
            series_of(value.name, "scatter", days.days, days.values),
            series_of("trend", "line", days.days, line),
        ),
    )


TOOL = Tool("trend", {"ko": "추세", "en": "Trend"}, Trend, _answer, needed=(NEEDED,))
