"""Tool `moving_average`: a daily figure without its ups and downs."""

import numpy as np
from pydantic import Field

from backend.tools.answers import fact, grid, number, series_of
from backend.tools.daily import Daily, DailyStatistic, daily
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope, day_of
from backend.tools.selection import Numbers, select
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, Plot, TableColumn

NEEDED = Needed(7, "days")
DAY = TableColumn(name="day", kind=ColumnKind.DAY)


class MovingAverage(Scope):
    """A daily figure, and beside each day the mean of the days up to it, without its ups and downs.

    There is none where fewer than half of these days are known.
    """

    column: ColumnName | None = Field(
        default=None, description="Of numbers; without one the rows of each day are counted."
    )
    statistic: DailyStatistic = Field(default="mean", description="What is made of a day's rows.")
    days: int = Field(default=7, ge=2, le=90, description="How many days the mean is of.")


def _answer(data: Data, wanted: MovingAverage) -> Said:
    day_of(data)
    column = data.column(wanted.column, ColumnKind.NUMBER) if wanted.column else None
    chosen = select(data, wanted, *([column] if column else []), of_whole_days=True)
    days = daily(chosen, column, wanted.statistic)
    if said := NEEDED.too_little(len(days.days), data.language):
        return chosen.too_little(said)
    value = column or number("rows")
    means = averages(days, wanted.days).tolist()
    rows = zip(reversed(days.days), reversed(days.values), reversed(means), strict=True)
    return chosen.said(
        fact("last_average", means[-1], value.unit),
        grid=grid((DAY, value, number("average", value.unit)), rows),
        plot=Plot(
            x=DAY,
            y=value,
            series=(
                series_of(value.name, "scatter", days.days, days.values),
                series_of("average", "line", days.days, means),
            ),
        ),
    )


def averages(days: Daily, length: int) -> Numbers:
    """The mean of the last `length` days up to each; NaN where half of them are not known."""
    numbers = days.numbers
    first = np.searchsorted(numbers, numbers - length, side="right")
    last = np.arange(1, len(numbers) + 1)
    sums = np.concatenate([[0.0], np.cumsum(days.values)])
    counts = last - first
    return np.where(2 * counts >= length, (sums[last] - sums[first]) / counts, np.nan)


TOOL = Tool(
    "moving_average",
    {"ko": "이동 평균", "en": "Moving average"},
    MovingAverage,
    _answer,
    needed=(NEEDED,),
)
