"""What a model is told of an answer of a tool: compact, bounded, with what people wrote fenced."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic_core import to_json

from backend.assistant.fence import fenced
from contract.assistant import ToolCall
from contract.tools import Cell, Grid, Plot, ToolAnswer

MAX_TOLD = 12_000
"""Characters of one result."""
MAX_ROWS, MAX_POINTS = 60, 60


def told(call: ToolCall) -> str:
    """The result of a call, as JSON."""
    if call.answer is None:
        return _written({"call": f"[{call.id}]", "error": fenced(call.error or "")})
    rows = MAX_ROWS
    text = _written(_answer(call.id, call.answer, rows))
    while len(text) > MAX_TOLD and rows:
        rows //= 2
        text = _written(_answer(call.id, call.answer, rows))
    return text


def _answer(call_id: str, answer: ToolAnswer, rows: int) -> dict[str, Any]:
    basis = answer.basis.model_dump(mode="json", exclude={"data_version", "table"})
    said: dict[str, Any] = {"call": f"[{call_id}]", "basis": basis}
    if answer.too_little:
        said["too_little"] = fenced(answer.too_little)
    if answer.facts:
        facts = [[it.name, _cell(it.value), it.unit] for it in answer.facts[:MAX_POINTS]]
        said["facts"] = facts
    if answer.grid:
        said |= _grid(answer.grid, rows)
    elif answer.plot:
        said["plot"] = list(_series(answer.plot, rows))
    return said


def _grid(grid: Grid, rows: int) -> dict[str, Any]:
    """Its rows, and whether there are more of them."""
    return {
        "columns": [[fenced(it.name), it.unit] for it in grid.columns],
        "rows": [[_cell(cell) for cell in row] for row in grid.rows[:rows]],
        "is_cut": grid.is_cut or len(grid.rows) > rows,
    }


def _series(plot: Plot, points: int) -> Iterator[dict[str, Any]]:
    for series in plot.series[:10]:
        pairs = zip(series.x[:points], series.y[:points], strict=False)
        yield {"name": fenced(series.name), "points": [[_cell(x), _cell(y)] for x, y in pairs]}


def _cell(cell: Cell) -> object:
    if isinstance(cell, str):
        return fenced(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _written(said: dict[str, Any]) -> str:
    return to_json(said).decode()
