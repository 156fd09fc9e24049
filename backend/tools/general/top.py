"""Tool `top`: the rows with the most or least of something."""

from typing import Literal

from pydantic import Field

from backend.storage.duck import quoted
from backend.tools.answers import grid
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import select
from backend.tools.shown_rows import shown_columns
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind

NEEDED = Needed(1, "rows")


class Top(Scope):
    """The rows with the most of a column, or the least: greatest numbers, or latest days."""

    column: ColumnName
    order: Literal["most", "least"] = "most"
    limit: int = Field(default=10, ge=1, le=200)


def _answer(data: Data, wanted: Top) -> Said:
    kinds = (ColumnKind.NUMBER, ColumnKind.DAY, ColumnKind.TIME)
    column = data.column(wanted.column, *kinds)
    chosen = select(data, wanted, column)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    shown = shown_columns(data, column)
    names = ", ".join(quoted(it.name) for it in shown)
    direction = "DESC" if wanted.order == "most" else "ASC"
    order = f"ORDER BY {quoted(column.name)} {direction}, {names}"
    rows = chosen.ask(f"SELECT {names} FROM chosen {order} LIMIT {wanted.limit + 1}")
    return chosen.said(grid=grid(shown, rows, wanted.limit))


TOOL = Tool("top", {"ko": "가장 큰 값", "en": "Top rows"}, Top, _answer, needed=(NEEDED,))
