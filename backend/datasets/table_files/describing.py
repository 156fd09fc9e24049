"""What is in the columns of a table whose types are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.storage.duck import Cells, Duck
from contract.own_tables import ColumnDescription, Misfits
from contract.tools import ColumnKind

COUNTED_ROWS = 100_000
"""Of more rows the distinct values are estimated: to count them takes as much memory as they do."""
AT_ONCE, CELLS_AT_ONCE = 50, 400_000
"""So many columns in one question, and so many cells whose values are counted: both take memory."""
EXAMPLES, EXAMPLE_CHARS, EXAMPLE_ROWS = 5, 60, 50
ASK_SEC = 900.0


@dataclass(frozen=True)
class ReadColumn:
    """A column as it was read: `value` is its SQL, of what is in the file."""

    name: str
    title: str
    kind: ColumnKind
    value: str
    unit: str | None = None
    read_as: str | None = None
    is_certain: bool = True
    missing_words: dict[str, int] = field(default_factory=dict)
    misfits: Misfits | None = None


def described(
    duck: Duck, source: str, columns: Sequence[ReadColumn], written: str
) -> tuple[int, tuple[ColumnDescription, ...]]:
    """How many rows there are in `source`, whose columns are `c0`, `c1` …, and what is in them.

    In `written` they stand as in the file.
    """
    ((rows,),) = duck.ask(f"SELECT count(*) FROM {source}", timeout_sec=ASK_SEC)
    shown = list(zip(*_first(duck, written, len(columns)), strict=True)) or [()] * len(columns)
    found = _statistics(duck, source, columns, rows)
    return rows, tuple(
        _description(column, rows, cells, _examples(texts))
        for column, cells, texts in zip(columns, found, shown, strict=True)
    )


def _first(duck: Duck, written: str, columns: int) -> list[Cells]:
    texts = ", ".join(f"left(c{at}::VARCHAR, {EXAMPLE_CHARS})" for at in range(columns))
    return duck.ask(f"SELECT {texts} FROM (FROM {written} LIMIT {EXAMPLE_ROWS})")


def _examples(texts: Sequence[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:EXAMPLES]


def _statistics(
    duck: Duck, source: str, columns: Sequence[ReadColumn], rows: int
) -> Iterator[Cells]:
    """Of each: the cells that are there, the distinct ones, whether that is estimated, the ends."""
    is_estimated = rows > COUNTED_ROWS
    at_once = AT_ONCE if is_estimated else max(1, min(AT_ONCE, CELLS_AT_ONCE // max(rows, 1)))
    distinct = "approx_count_distinct({0})" if is_estimated else "count(DISTINCT {0})"
    for begin in range(0, len(columns), at_once):
        part = columns[begin : begin + at_once]
        asked = ", ".join(
            f"count(c{at}), {distinct.format(f'c{at}')}, {is_estimated}, {_ends(column, at)}"
            for at, column in enumerate(part, begin)
        )
        (row,) = duck.ask(f"SELECT {asked} FROM {source}", timeout_sec=ASK_SEC)
        each = len(row) // len(part)
        yield from (row[at : at + each] for at in range(0, len(row), each))


def _ends(column: ReadColumn, at: int) -> str:
    has_ends = column.kind not in (ColumnKind.TEXT, ColumnKind.YES_NO)
    return f"min(c{at}), max(c{at})" if has_ends else "NULL, NULL"


def _description(
    column: ReadColumn, rows: int, cells: Cells, examples: tuple[str, ...]
) -> ColumnDescription:
    there, distinct, is_estimated, low, high = cells
    return ColumnDescription(
        name=column.name,
        kind=column.kind,
        unit=column.unit,
        title=column.title,
        read_as=column.read_as,
        is_certain=column.is_certain,
        missing=rows - there,
        missing_words=column.missing_words,
        distinct=min(distinct, there),
        is_distinct_estimated=is_estimated,
        low=low,
        high=high,
        examples=examples,
        misfits=column.misfits,
    )
