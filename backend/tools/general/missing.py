"""Tool `missing`: what is not known."""

from backend.storage.duck import quoted
from backend.tools.answers import fact, grid, number, plot_of, text
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import Scope
from backend.tools.selection import select
from backend.tools.tool import Said, Tool

NEEDED = Needed(1, "rows")


class Missing(Scope):
    """In how many rows each column is missing, the most first, and how many rows have all."""


def _answer(data: Data, wanted: Missing) -> Said:
    chosen = select(data, wanted)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    names = [quoted(it.name) for it in data.columns]
    whole = " AND ".join(f"{it} IS NOT NULL" for it in names)
    counts = ", ".join(f"count({it})" for it in names)
    complete, *known = chosen.ask(f"SELECT count(*) FILTER ({whole}), {counts} FROM chosen")[0]
    total = chosen.span.rows
    rows = [
        (it.name, (total - count) / total, total - count)
        for it, count in zip(data.columns, known, strict=True)
    ]
    rows.sort(key=lambda row: -row[2])
    shown = grid((text("column"), number("missing_share"), number("missing")), rows)
    return chosen.said(
        fact("complete_rows", complete),
        fact("complete_share", complete / total),
        grid=shown,
        plot=plot_of(shown, "bar"),
    )


TOOL = Tool(
    "missing", {"ko": "빠진 값", "en": "Missing values"}, Missing, _answer, needed=(NEEDED,)
)
