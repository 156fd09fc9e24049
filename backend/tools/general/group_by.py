"""Tool `group_by`: a figure of each group."""

from pydantic import Field

from backend.tools.answers import fact, grid, number, plot_of
from backend.tools.data import Data
from backend.tools.grouping import Statistic, TimePart, grouped, measured
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import select
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind

NEEDED = Needed(1, "rows")
MAX_ROWS = 200


class GroupBy(Scope):
    """A figure of each value of a column, such as the mean by place, or the sum by week.

    Days and times are grouped by `part`. `rows` says how many each figure stands on.
    """

    by: ColumnName
    part: TimePart | None = None
    column: ColumnName | None = Field(
        default=None, description="Of numbers; not needed for the statistic `rows`."
    )
    statistic: Statistic = "mean"


def _answer(data: Data, wanted: GroupBy) -> Said:
    group, by = grouped(data, wanted.by, wanted.part)
    figure, column = measured(data, wanted.column, wanted.statistic)
    known = [data.column(wanted.column)] if wanted.column else []
    chosen = select(data, wanted, *known)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    query = f"SELECT {group}, {figure}, count(*) FROM chosen GROUP BY 1 ORDER BY 1"
    found = chosen.ask(f"{query} LIMIT {MAX_ROWS + 1}")
    groups = chosen.ask(f"SELECT count(DISTINCT {group}) FROM chosen")[0][0]
    shown = grid((by, column, number("rows")), found)
    drawn = plot_of(shown, "line" if by.kind is ColumnKind.DAY else "bar")
    return chosen.said(fact("groups", groups), grid=shown, plot=drawn)


TOOL = Tool("group_by", {"ko": "묶어 보기", "en": "Group by"}, GroupBy, _answer, needed=(NEEDED,))
