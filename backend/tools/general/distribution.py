"""Tool `distribution`: how the values of a column lie."""

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid, number, series_of
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import Selection, select
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, Fact, Plot, TableColumn

NEEDED = Needed(10, "values")
PERCENTS = (0, 1, *range(5, 100, 5), 99, 100)
SHOWN = (1, 5, 10, 25, 50, 75, 90, 95, 99)


class Distribution(Scope):
    """How the numbers of a column lie: quantiles, skewness and kurtosis, and the share below each.

    A normal distribution has 0 for both. For words ask `count_by`.
    """

    column: ColumnName


def _answer(data: Data, wanted: Distribution) -> Said:
    column = data.column(wanted.column, ColumnKind.NUMBER)
    chosen = select(data, wanted, column)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    value = number(column.name, column.unit)
    found = _quantiles(chosen, column)
    drawn = series_of(column.name, "line", list(found.values()), [it / 100 for it in PERCENTS])
    return chosen.said(
        *_moments(chosen, column),
        grid=grid((number("share_below"), value), [(it / 100, found[it]) for it in SHOWN]),
        plot=Plot(x=value, y=number("share_below"), series=(drawn,)),
    )


def _quantiles(chosen: Selection, column: TableColumn) -> dict[int, float]:
    """By percent."""
    shares = ", ".join(str(it / 100) for it in PERCENTS)
    query = f"SELECT {chosen.quantile}({quoted(column.name)}, [{shares}]) FROM chosen"
    return dict(zip(PERCENTS, chosen.ask(query)[0][0], strict=True))


def _moments(chosen: Selection, column: TableColumn) -> list[Fact]:
    """Around the mean and in units of the spread, so that no power of it is too large."""
    name = quoted(column.name)
    mean, sd = chosen.ask(f"SELECT avg({name}), stddev_samp({name}) FROM chosen")[0]
    facts = [fact("mean", mean, column.unit), fact("sd", sd, column.unit)]
    if not fact("sd", sd).value:
        return facts
    around = f"(({name} - ?) / ?)"
    query = f"SELECT skewness({around}), kurtosis({around}) FROM chosen"
    skewness, kurtosis = chosen.ask(query, [mean, sd, mean, sd])[0]
    return [*facts, fact("skewness", skewness), fact("kurtosis", kurtosis)]


TOOL = Tool(
    "distribution", {"ko": "분포", "en": "Distribution"}, Distribution, _answer, needed=(NEEDED,)
)
