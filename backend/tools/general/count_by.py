"""Tool `count_by`: how many rows each value has."""

from pydantic import Field

from backend.tools.answers import fact, grid, number, plot_of
from backend.tools.data import Data
from backend.tools.grouping import TimePart, grouped
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import select
from backend.tools.statistics.intervals import share
from backend.tools.tool import Said, Tool

NEEDED = Needed(1, "rows")


class CountBy(Scope):
    """How many rows each value of a column has, the most first, and which share of all that is.

    Days and times are counted by `part`. The interval of 95 % (Wilson) holds for rows that are
    independent of each other. What is missing is counted too.
    """

    column: ColumnName
    part: TimePart | None = None
    limit: int = Field(default=30, ge=1, le=200)


def _answer(data: Data, wanted: CountBy) -> Said:
    value, column = grouped(data, wanted.column, wanted.part)
    chosen = select(data, wanted)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    counts = f"SELECT {value} AS value, count(*) AS rows FROM chosen GROUP BY 1"
    order = "1" if wanted.part else "2 DESC, 1"
    found = chosen.ask(f"{counts} ORDER BY {order} LIMIT {wanted.limit + 1}")
    distinct = chosen.ask(f"SELECT count(DISTINCT {value}) FROM chosen")[0][0]
    rows = [(it, count, *_shares(count, chosen.span.rows)) for it, count in found]
    header = (column, number("rows"), number("share"), number("low"), number("high"))
    shown = grid(header, rows, wanted.limit)
    return chosen.said(fact("distinct", distinct), grid=shown, plot=plot_of(shown, "bar"))


def _shares(count: int, of: int) -> tuple[float, float, float]:
    found = share(count, of)
    return found.value, found.low, found.high


TOOL = Tool("count_by", {"ko": "값마다 세기", "en": "Count by"}, CountBy, _answer, needed=(NEEDED,))
