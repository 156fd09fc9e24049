"""What answers are made of: cells that every reader takes, and tables and plots of bounded size."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from contract.tools import Cell, ColumnKind, Fact, Grid, Plot, Series, TableColumn

MAX_ROWS, MAX_POINTS = 200, 2_000
MAX_TEXT = 500

Cells = Sequence[object] | NDArray[np.float64]
SeriesKind = Literal["bar", "line", "scatter"]


def cell(value: object) -> Cell:
    """As JSON has it: None for what is no finite number, and the beginning of a long text."""
    match value:
        case None | bool() | int() | datetime() | date():
            return value
        case str():
            return value[:MAX_TEXT]
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def finite(value: float) -> float | None:
    """The number, if it is one."""
    return float(value) if math.isfinite(value) else None


def fact(name: str, value: object, unit: str | None = None) -> Fact:
    """One thing that the answer says."""
    return Fact(name=name, value=cell(value), unit=unit)


def number(name: str, unit: str | None = None) -> TableColumn:
    """A column of numbers of an answer."""
    return TableColumn(name=name, kind=ColumnKind.NUMBER, unit=unit)


def text(name: str) -> TableColumn:
    """A column of words of an answer."""
    return TableColumn(name=name, kind=ColumnKind.TEXT)


def grid(
    columns: Sequence[TableColumn], rows: Iterable[Sequence[object]], limit: int = MAX_ROWS
) -> Grid:
    """A table of the first `limit` rows, which says whether there are more."""
    remaining = iter(rows)
    shown = [tuple(cell(value) for value in row) for row in islice(remaining, limit)]
    is_cut = next(remaining, None) is not None
    return Grid(columns=tuple(columns), rows=tuple(shown), is_cut=is_cut)


def plot_of(shown: Grid, kind: SeriesKind, x: int = 0, y: int = 1) -> Plot:
    """Two columns of a table as a plot."""
    series = series_of(shown.columns[y].name, kind, *_columns(shown, x, y))
    return Plot(x=shown.columns[x], y=shown.columns[y], series=(series,))


def series_of(name: str, kind: SeriesKind, x: Cells, y: Cells) -> Series:
    """A series of at most MAX_POINTS, evenly thinned."""
    step = max(1, math.ceil(len(x) / MAX_POINTS))
    return Series(
        name=name,
        kind=kind,
        x=tuple(cell(it) for it in x[::step]),
        y=tuple(cell(it) for it in y[::step]),
    )


def _columns(shown: Grid, *indices: int) -> tuple[list[Cell], ...]:
    return tuple([row[index] for row in shown.rows] for index in indices)
