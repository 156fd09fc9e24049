"""Tool `correlation`: whether two columns of numbers rise together."""

from typing import Literal

import numpy as np
from pydantic import Field

from backend.errors import InvalidInput
from backend.tools.answers import fact, series_of
from backend.tools.daily import daily
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import Numbers, Selection, select
from backend.tools.statistics.correlations import pearson, spearman
from backend.tools.statistics.intervals import Estimate
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, Fact, Plot, TableColumn

NEEDED = Needed(10, "pairs")
ALL_ALIKE = {
    "ko": "한 열의 값이 모두 같아서 상관을 말할 수 없습니다.",
    "en": "The values of one column are all the same, so nothing rises with them.",
}


class Correlation(Scope):
    """Whether two columns of numbers rise together: Pearson's coefficient, and Spearman's of ranks,
    each with an interval of 95 % and a p-value. It says nothing about causes.

    The pairs are the means of each day, since rows of one day are not independent of each other; or
    rows, by `unit`, and always where the table has no time. Of more than 200,000 rows a
    sample.
    """

    column: ColumnName
    other: ColumnName
    unit: Literal["day", "row"] = Field(default="day", description="What a pair is of.")


def _answer(data: Data, wanted: Correlation) -> Said:
    pair = tuple(data.column(it, ColumnKind.NUMBER) for it in (wanted.column, wanted.other))
    if pair[0] == pair[1]:
        raise InvalidInput("other: expected another column")
    unit = wanted.unit if data.time_column else "row"
    chosen = select(data, wanted, *pair, of_whole_days=unit == "day")
    x, y = _days(chosen, *pair) if unit == "day" else chosen.numbers(*pair)
    if said := NEEDED.too_little(len(x), data.language):
        return chosen.too_little(said)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return chosen.too_little(ALL_ALIKE[data.language])
    cloud = series_of(pair[1].name, "scatter", x, y)
    return chosen.said(
        fact("pairs", len(x)),
        fact("unit", unit),
        fact("is_sample", unit == "row" and chosen.is_sampled),
        *_facts("pearson", pearson(x, y)),
        *_facts("spearman", spearman(x, y)),
        plot=Plot(x=pair[0], y=pair[1], series=(cloud,)),
    )


def _days(chosen: Selection, column: TableColumn, other: TableColumn) -> tuple[Numbers, Numbers]:
    first, second = daily(chosen, column, "mean"), daily(chosen, other, "mean")
    there = dict(zip(second.days, second.values, strict=True))
    pairs = [
        (value, there[day])
        for day, value in zip(first.days, first.values, strict=True)
        if day in there
    ]
    both = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _facts(name: str, found: Estimate) -> list[Fact]:
    return [
        fact(name, found.value),
        fact(f"{name}_low", found.low),
        fact(f"{name}_high", found.high),
        fact(f"{name}_p_value", found.p),
    ]


TOOL = Tool(
    "correlation", {"ko": "상관", "en": "Correlation"}, Correlation, _answer, needed=(NEEDED,)
)
