"""Calls of tools with answers of any size."""

from datetime import date

from contract.assistant import ToolCall
from contract.tools import (
    Basis,
    Cell,
    ColumnKind,
    Fact,
    Grid,
    Plot,
    Series,
    TableColumn,
    ToolAnswer,
)

NAME = TableColumn(name="place", kind=ColumnKind.TEXT)
BASIS = Basis(
    table="days",
    rows=7,
    days=7,
    since=date(2026, 11, 1),
    until=date(2026, 11, 7),
    data_version="v",
)


def call(
    rows: int = 0, points: int = 0, basis: Basis = BASIS, text: str = "거실", call_id: str = "1"
) -> ToolCall:
    """One whose answer has so many rows with `text`, and so many points in its plot."""
    cells: tuple[tuple[Cell, ...], ...] = ((text,),) * rows
    series = Series(name="a", kind="line", x=tuple(range(points)), y=tuple(range(points)))
    answer = ToolAnswer(
        tool="top",
        arguments={},
        basis=basis,
        facts=(Fact(name="falls", value=3), Fact(name="place", value=text)),
        grid=Grid(columns=(NAME,), rows=cells) if rows else None,
        plot=Plot(x=NAME, y=NAME, series=(series,)) if points else None,
    )
    return ToolCall(id=call_id, answer=answer)
