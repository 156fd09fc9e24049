"""Tool `columns`: what a table has."""

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid, number, text
from backend.tools.data import Data
from backend.tools.scope import Scope
from backend.tools.selection import select
from backend.tools.tool import Said, Tool
from contract.tools import TableColumn

SHOWN = 200


class Columns(Scope):
    """Which columns a table has, of what kind and unit, and in how many rows each is known.

    Ask this first of a table that you do not know. `example` is one of the values.
    """


def _answer(data: Data, wanted: Columns) -> Said:
    chosen = select(data, wanted)
    shown = data.columns[:SHOWN]
    figures = ", ".join(_figures(it) for it in shown)
    found = chosen.ask(f"SELECT {figures} FROM chosen")[0]
    rows = [
        (it.name, it.kind, it.unit, *found[3 * index : 3 * index + 3])
        for index, it in enumerate(shown)
    ]
    header = (text("column"), text("kind"), text("unit"))
    return chosen.said(
        fact("columns", len(data.columns)),
        fact("time_column", data.time_column),
        grid=grid((*header, number("known"), number("about_distinct"), text("example")), rows),
    )


def _figures(column: TableColumn) -> str:
    name = quoted(column.name)
    return f"count({name}), approx_count_distinct({name}), CAST(any_value({name}) AS VARCHAR)"


TOOL = Tool("columns", {"ko": "열", "en": "Columns"}, Columns, _answer)
