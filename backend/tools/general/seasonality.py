"""Tool `seasonality`: how a figure goes by the hour of the day, or the day of the week."""

from collections import defaultdict
from typing import Literal

import numpy as np
from pydantic import Field

from backend.storage.duck import quoted
from backend.tools.answers import cell, fact, finite, grid, number
from backend.tools.data import Data
from backend.tools.grouping import grouped
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope, day_of
from backend.tools.selection import Selection, select
from backend.tools.statistics.intervals import Estimate, mean
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, Grid, Plot, Series, TableColumn

NEEDED = Needed(14, "days")
SHORTEST = 2
"""Days of which an hour or weekday has a mean with an interval."""
NEEDED_EACH = Needed(SHORTEST, "days")

Found = dict[int, tuple[Estimate, int]]
"""The mean of each hour or weekday, and of how many days."""


class Seasonality(Scope):
    """How a column of numbers goes by the hour of the day, or by the day of the week (1 is Monday):
    the mean of each with an interval of 95 %. The unit is the day: its rows of an hour count once.
    """

    column: ColumnName
    by: Literal["hour", "weekday"] = Field(
        default="weekday", description="`hour` only where the table knows times."
    )


def _answer(data: Data, wanted: Seasonality) -> Said:
    day_of(data)
    column = data.column(wanted.column, ColumnKind.NUMBER)
    part, _ = grouped(data, data.time_column or "", wanted.by)
    chosen = select(data, wanted, column, of_whole_days=True)
    if said := NEEDED.too_little(chosen.span.days or 0, data.language):
        return chosen.too_little(said)
    found = {
        place: (mean(np.array(values)), len(values))
        for place, values in _daily_means(chosen, part, column).items()
        if len(values) >= SHORTEST
    }
    if not found:
        return chosen.too_little(NEEDED_EACH.said(1, data.language))
    order = sorted(found, key=lambda place: found[place][0].value)
    return chosen.said(
        fact("least", order[0]),
        fact("most", order[-1]),
        grid=_table(found, wanted.by, column),
        plot=_plot(found, wanted.by, column),
    )


def _daily_means(chosen: Selection, part: str, column: TableColumn) -> dict[int, list[float]]:
    """By hour or weekday, one a day."""
    day = day_of(chosen.data)
    figure = f"avg({quoted(column.name)})"
    query = f"SELECT {part}, {day}, {figure} FROM chosen GROUP BY 1, 2"
    means: defaultdict[int, list[float]] = defaultdict(list)
    for place, _, value in chosen.ask(f"{query} ORDER BY 1, 2"):
        if cell(value) is not None:
            means[place].append(value)
    return means


def _table(found: Found, by: str, column: TableColumn) -> Grid:
    unit = column.unit
    header = (number(by), number(column.name, unit), number("low", unit), number("high", unit))
    rows = ((place, it.value, it.low, it.high, days) for place, (it, days) in found.items())
    return grid((*header, number("days")), rows)


def _plot(found: Found, by: str, column: TableColumn) -> Plot:
    means = [it for it, _ in found.values()]
    series = Series(
        name=column.name,
        kind="line",
        x=tuple(found),
        y=tuple(finite(it.value) for it in means),
        low=tuple(finite(it.low) for it in means),
        high=tuple(finite(it.high) for it in means),
    )
    return Plot(x=number(by), y=column, series=(series,))


TOOL = Tool(
    "seasonality",
    {"ko": "시각과 요일", "en": "Seasonality"},
    Seasonality,
    _answer,
    needed=(NEEDED,),
)
