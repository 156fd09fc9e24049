"""An answer of a tool as a page shows it: figures, a table, a plot, and what it stands on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.web.asking.charts import chart_of
from backend.web.asking.words import AnswerWords
from contract.tools import Basis, Cell, Fact, Grid, ToolAnswer


@dataclass(frozen=True)
class Figure:
    """One fact; `low` and `high` are the ends of its interval, where it has one."""

    name: str
    value: str
    unit: str
    low: str | None
    high: str | None


@dataclass(frozen=True)
class ShownGrid:
    """A table in words."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_cut: bool


@dataclass(frozen=True)
class Card:
    """One answer; `chart` is what plots.js draws, as JSON. `cameras` is None where none is said."""

    title: str
    basis: Basis
    cameras: Cell
    too_little: str | None
    figures: tuple[Figure, ...]
    grid: ShownGrid | None
    chart: str | None


def card_of(answer: ToolAnswer, title: str, words: AnswerWords) -> Card:
    """The answer of the tool with this title."""
    return Card(
        title=title,
        basis=answer.basis,
        cameras=next((it.value for it in answer.facts if it.name == "cameras"), None),
        too_little=answer.too_little,
        figures=tuple(_figures(answer.facts, words)),
        grid=_grid(answer.grid, words) if answer.grid else None,
        chart=chart_of(answer.plot, words).model_dump_json() if answer.plot else None,
    )


def _figures(facts: Sequence[Fact], words: AnswerWords) -> Iterator[Figure]:
    """The facts, each with the ends of its interval."""
    values = {it.name: words.cell(it.name, it.value) for it in facts}
    ends = {f"{it.name}{end}" for it in facts for end in ("_low", "_high")}
    for it in facts:
        if it.name not in ends:
            low, high = values.get(f"{it.name}_low"), values.get(f"{it.name}_high")
            yield Figure(words.name(it.name), values[it.name], words.unit(it.unit), low, high)


def _grid(grid: Grid, words: AnswerWords) -> ShownGrid:
    names = [it.name for it in grid.columns]
    rows = (
        tuple(words.cell(name, cell) for name, cell in zip(names, row, strict=True))
        for row in grid.rows
    )
    return ShownGrid(tuple(words.column(it) for it in grid.columns), tuple(rows), grid.is_cut)
