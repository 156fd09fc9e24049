"""Tool `describe`: columns of numbers in a few figures each."""

from pydantic import Field

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid, number, text
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import Selection, select
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, TableColumn

MAX_COLUMNS = 20
NEEDED = Needed(1, "rows")
FIGURES = ("known", "mean", "sum", "sd", "min", "quarter", "median", "three_quarters", "max")


class Describe(Scope):
    """Columns of numbers in a few figures each: how many are known, mean, sum, spread, and
    quartiles.
    """

    columns: tuple[ColumnName, ...] = Field(
        default=(),
        max_length=MAX_COLUMNS,
        description="Columns of numbers; else the first twenty of the table.",
    )


def _answer(data: Data, wanted: Describe) -> Said:
    numbers = [it for it in data.columns if it.kind is ColumnKind.NUMBER]
    named = [data.column(it, ColumnKind.NUMBER) for it in wanted.columns]
    chosen = select(data, wanted)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    rows = [(it.name, it.unit, *_figures(chosen, it)) for it in named or numbers[:MAX_COLUMNS]]
    header = (text("column"), text("unit"), *(number(it) for it in FIGURES))
    return chosen.said(fact("rows", chosen.span.rows), grid=grid(header, rows))


def _figures(chosen: Selection, column: TableColumn) -> list[object]:
    name = quoted(column.name)
    quartiles = f"{chosen.quantile}({name}, [0.25, 0.5, 0.75])"
    moments = f"count({name}), avg({name}), sum({name}), stddev_samp({name}), min({name})"
    query = f"SELECT {moments}, {quartiles}, max({name}) FROM chosen"
    *first, found, greatest = chosen.ask(query)[0]
    return [*first, *(found or (None, None, None)), greatest]


TOOL = Tool(
    "describe", {"ko": "숫자 요약", "en": "Figures of columns"}, Describe, _answer, needed=(NEEDED,)
)
