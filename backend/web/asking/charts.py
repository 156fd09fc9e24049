"""Plots of answers in the words of a page, for the script that draws them."""

from typing import Literal

from pydantic import BaseModel

from backend.web.asking.words import AnswerWords
from contract.tools import Cell, ColumnKind, Plot, Series, TableColumn

WORDS = frozenset({ColumnKind.TEXT, ColumnKind.YES_NO})
Numbers = tuple[float | None, ...]


class Axis(BaseModel):
    """One axis; `is_time` where it has days or times."""

    title: str
    is_time: bool


class ChartSeries(BaseModel):
    """A series as the contract has it, in words."""

    name: str
    kind: Literal["bar", "line", "scatter", "heatmap", "box"]
    x: tuple[Cell, ...]
    y: tuple[Cell, ...]
    z: tuple[Numbers, ...] | None
    low: Numbers | None
    high: Numbers | None


class Chart(BaseModel):
    """What the script draws. A heat map's colours mean `y`, and its rows have names."""

    x: Axis
    y: Axis
    series: tuple[ChartSeries, ...]
    is_stacked: bool


def chart_of(plot: Plot, words: AnswerWords) -> Chart:
    """The plot in words."""
    return Chart(
        x=_axis(plot.x, words),
        y=_axis(plot.y, words),
        series=tuple(_series(it, plot, words) for it in plot.series),
        is_stacked=plot.is_stacked,
    )


def _axis(column: TableColumn, words: AnswerWords) -> Axis:
    is_time = column.kind in (ColumnKind.DAY, ColumnKind.TIME)
    return Axis(title=words.column(column), is_time=is_time)


def _series(series: Series, plot: Plot, words: AnswerWords) -> ChartSeries:
    return ChartSeries(
        name=words.name(series.name),
        kind=series.kind,
        x=_cells(series.x, plot.x, words),
        y=_cells(series.y, plot.y, words),
        z=series.z,
        low=series.low,
        high=series.high,
    )


def _cells(cells: tuple[Cell, ...], column: TableColumn, words: AnswerWords) -> tuple[Cell, ...]:
    """Numbers and days stay what they are, but for days of the week."""
    is_weekday = "weekday" in column.name
    if column.kind not in WORDS and not is_weekday:
        return cells
    return tuple(None if it is None else words.cell(column.name, it) for it in cells)
