"""Tool `histogram`: how many values lie where."""

import math

from pydantic import Field

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid, number, plot_of
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import Selection, select
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, TableColumn

NEEDED = Needed(10, "values")
FEWEST, MOST = 5, 60


class Histogram(Scope):
    """How many numbers of a column lie in each of some bins of one width.

    Without `bins` their number is by the rule of Freedman and Diaconis, from 5 to 60.
    """

    column: ColumnName
    bins: int | None = Field(default=None, ge=1, le=MOST)


def _answer(data: Data, wanted: Histogram) -> Said:
    column = data.column(wanted.column, ColumnKind.NUMBER)
    chosen = select(data, wanted, column)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    low, high, bins = _bounds(chosen, column, wanted.bins)
    counts = _counts(chosen, column, low, high, bins)
    width = high / bins - low / bins
    rows = [
        (low + (it + 0.5) * width, counts.get(it, 0), low + it * width, low + (it + 1) * width)
        for it in range(bins)
    ]
    unit = column.unit
    header = (number(column.name, unit), number("rows"), number("from", unit), number("to", unit))
    shown = grid(header, rows)
    return chosen.said(
        fact("bins", bins), fact("width", width, unit), grid=shown, plot=plot_of(shown, "bar")
    )


def _bounds(chosen: Selection, column: TableColumn, wanted: int | None) -> tuple[float, float, int]:
    """The least and the greatest value, and how many bins; one where all are the same."""
    name = quoted(column.name)
    query = f"SELECT min({name}), max({name}), {chosen.quantile}({name}, [0.25, 0.75]) FROM chosen"
    low, high, (quarter, three_quarters) = chosen.ask(query)[0]
    if low == high:
        return low, high, 1
    width = 2 * (three_quarters - quarter) / chosen.span.rows ** (1 / 3)
    fitting = (high - low) / width if width > 0 else math.nan
    bins = round(min(max(fitting, FEWEST), MOST)) if math.isfinite(fitting) else FEWEST
    return low, high, wanted or bins


def _counts(
    chosen: Selection, column: TableColumn, low: float, high: float, bins: int
) -> dict[int, int]:
    if low == high:
        return {0: chosen.span.rows}
    # Halves, so that the distance of the greatest numbers there are is one too.
    place = f"({quoted(column.name)} / 2 - ? / 2) / (? / 2 - ? / 2) * ?"
    query = f"SELECT least(CAST(floor({place}) AS INTEGER), ? - 1), count(*) FROM chosen GROUP BY 1"
    return dict(chosen.ask(query, [low, high, low, bins, bins]))


TOOL = Tool(
    "histogram", {"ko": "히스토그램", "en": "Histogram"}, Histogram, _answer, needed=(NEEDED,)
)
