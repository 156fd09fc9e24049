"""Tool `filter`: rows as they are."""

from pydantic import Field

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid
from backend.tools.data import Data
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import select
from backend.tools.shown_rows import shown_columns
from backend.tools.tool import Said, Tool


class Filter(Scope):
    """Rows as they are, for which all of `where` hold, and how many there are.

    In the order of `order_by`, else of their time.
    """

    columns: tuple[ColumnName, ...] = Field(
        default=(), max_length=50, description="What is shown; else the first twelve."
    )
    order_by: ColumnName | None = None
    descending: bool = False
    limit: int = Field(default=50, ge=1, le=200)


def _answer(data: Data, wanted: Filter) -> Said:
    shown = shown_columns(data, named=wanted.columns)
    by = data.column(wanted.order_by).name if wanted.order_by else data.time_column
    chosen = select(data, wanted)
    names = ", ".join(quoted(it.name) for it in shown)
    order = f"ORDER BY {quoted(by)} {'DESC' if wanted.descending else 'ASC'}" if by else ""
    rows = chosen.ask(f"SELECT {names} FROM chosen {order} LIMIT {wanted.limit + 1}")
    return chosen.said(fact("rows", chosen.span.rows), grid=grid(shown, rows, wanted.limit))


TOOL = Tool("filter", {"ko": "행 찾기", "en": "Find rows"}, Filter, _answer)
