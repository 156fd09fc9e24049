"""Tool `outliers`: values far from the others."""

from pydantic import Field

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import Selection, select
from backend.tools.shown_rows import shown_columns
from backend.tools.tool import Said, Tool
from contract.tools import ColumnKind, TableColumn

NEEDED = Needed(20, "values")
SHOWN = 50
ALL_ALIKE = {
    "ko": "값의 절반 이상이 같아서 벗어난 값을 가릴 수 없습니다.",
    "en": "Half of the values or more are the same, so none can be told to be far from them.",
}


class Outliers(Scope):
    """Rows in which a number is far from the others, the farthest first.

    Far is `fence` times the distance of the quartiles below the first or above the third (Tukey).
    That is unusual, and not wrong.
    """

    column: ColumnName
    fence: float = Field(default=1.5, ge=0.5, le=10)


def _answer(data: Data, wanted: Outliers) -> Said:
    column = data.column(wanted.column, ColumnKind.NUMBER)
    chosen = select(data, wanted, column)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    low, high = _fences(chosen, column, wanted.fence)
    if low == high:
        return chosen.too_little(ALL_ALIKE[data.language])
    name = quoted(column.name)
    outside = f"FROM chosen WHERE {name} < ? OR {name} > ?"
    count = chosen.ask(f"SELECT count(*) {outside}", [low, high])[0][0]
    shown = shown_columns(data, column)
    names = ", ".join(quoted(it.name) for it in shown)
    farthest = f"ORDER BY greatest(? - {name}, {name} - ?) DESC LIMIT {SHOWN + 1}"
    rows = chosen.ask(f"SELECT {names} {outside} {farthest}", [low, high, low, high])
    return chosen.said(
        fact("low_fence", low, column.unit),
        fact("high_fence", high, column.unit),
        fact("outliers", count),
        fact("share", count / chosen.span.rows),
        grid=grid(shown, rows, SHOWN),
    )


def _fences(chosen: Selection, column: TableColumn, fence: float) -> tuple[float, float]:
    query = f"SELECT {chosen.quantile}({quoted(column.name)}, [0.25, 0.75]) FROM chosen"
    quarter, three_quarters = chosen.ask(query)[0][0]
    distance = fence * (three_quarters - quarter)
    return quarter - distance, three_quarters + distance


TOOL = Tool("outliers", {"ko": "벗어난 값", "en": "Outliers"}, Outliers, _answer, needed=(NEEDED,))
