"""An answer as a CSV file, which a spreadsheet opens without harm."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from backend.tools.errors import TooLittle
from common.csv_cell import harmless
from contract.tools import Cell, ToolAnswer

BOM = "\ufeff"
"""By which spreadsheets know UTF-8."""


def csv_of(answer: ToolAnswer) -> str:
    """Its table, else its facts; raises TooLittle where it has neither."""
    if answer.too_little:
        raise TooLittle(answer.too_little)
    file = io.StringIO()
    file.write(BOM)
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows(map(csv_line, _lines(answer)))
    return file.getvalue()


def _lines(answer: ToolAnswer) -> Iterator[Sequence[Cell]]:
    if answer.grid:
        yield [it.name for it in answer.grid.columns]
        yield from answer.grid.rows
    else:
        yield ["name", "value", "unit"]
        yield from ([it.name, it.value, it.unit] for it in answer.facts)


def csv_line(cells: Iterable[Cell]) -> list[str | int | float]:
    """Cells of a line as a spreadsheet takes them for what they are."""
    return [_cell(it) for it in cells]


def _cell(value: Cell) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case str():
            return harmless(value)
    return value
