"""Tool `pivot`: a figure by two columns at once."""

from pydantic import Field

from backend.errors import InvalidInput
from backend.storage.duck import Cells
from backend.tools.answers import cell, fact, grid, number
from backend.tools.data import Data
from backend.tools.grouping import Statistic, TimePart, grouped, measured
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import select
from backend.tools.tool import Said, Tool
from contract.tools import Cell, Grid, Plot, Series, TableColumn

NEEDED = Needed(1, "rows")
MAX_DOWN, MAX_ACROSS = 200, 31


class Pivot(Scope):
    """A figure by two columns at once, such as the mean by place and hour: a row for each `by`, and
    a column for each `across`, of which there may be 31.
    """

    by: ColumnName
    part: TimePart | None = None
    across: ColumnName
    across_part: TimePart | None = None
    column: ColumnName | None = Field(
        default=None, description="Of numbers; not needed for the statistic `rows`."
    )
    statistic: Statistic = "mean"


def _answer(data: Data, wanted: Pivot) -> Said:
    down, by = grouped(data, wanted.by, wanted.part)
    right, across = grouped(data, wanted.across, wanted.across_part)
    figure, column = measured(data, wanted.column, wanted.statistic)
    known = [data.column(wanted.column)] if wanted.column else []
    chosen = select(data, wanted, *known)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    named = f"SELECT DISTINCT {right} FROM chosen ORDER BY 1 LIMIT {MAX_ACROSS + 1}"
    names = [cell(row[0]) for row in chosen.ask(named)]
    if len(names) > MAX_ACROSS:
        raise InvalidInput(f"across: expected a column of at most {MAX_ACROSS} different values")
    limit = (MAX_DOWN + 1) * MAX_ACROSS
    query = f"SELECT {down}, {right}, {figure} FROM chosen GROUP BY 1, 2 ORDER BY 1, 2"
    shown = _table(by, names, chosen.ask(f"{query} LIMIT {limit}"))
    facts = fact("across", across.name), fact("figure", column.name, column.unit)
    return chosen.said(*facts, grid=shown, plot=_heat_map(shown, across, names))


def _table(by: TableColumn, names: list[Cell], found: list[Cells]) -> Grid:
    rows: dict[Cell, dict[Cell, object]] = {}
    for group, name, figure in found:
        rows.setdefault(cell(group), {})[cell(name)] = figure
    header = (by, *(number("" if name is None else str(name)) for name in names))
    filled = ([group, *(it.get(name) for name in names)] for group, it in rows.items())
    return grid(header, filled, MAX_DOWN)


def _heat_map(shown: Grid, across: TableColumn, names: list[Cell]) -> Plot:
    series = Series(
        name=across.name,
        kind="heatmap",
        x=tuple(names),
        y=tuple(row[0] for row in shown.rows),
        z=tuple(tuple(_height(it) for it in row[1:]) for row in shown.rows),
    )
    return Plot(x=across, y=shown.columns[0], series=(series,))


def _height(value: Cell) -> float | None:
    return float(value) if isinstance(value, int | float) else None


TOOL = Tool("pivot", {"ko": "두 열로 묶어 보기", "en": "Pivot"}, Pivot, _answer, needed=(NEEDED,))
