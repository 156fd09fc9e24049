"""The figures of a report as CSV: one a line, with what it stands on."""

import csv
import io
from collections.abc import Iterable, Iterator

from backend.tools.csv_file import BOM, csv_line
from contract.tools import Cell, ToolAnswer

HEADER = (
    "tool", "figure", "value", "unit", "rows", "days", "since", "until", "is_generated",
    "too_little",
)  # fmt: skip


def figures_as_csv(answers: Iterable[ToolAnswer]) -> str:
    """All facts, by the names that programs know; of an answer without any, why there is none."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(HEADER)
    writer.writerows(csv_line(line) for answer in answers for line in _lines(answer))
    return file.getvalue()


def _lines(answer: ToolAnswer) -> Iterator[tuple[Cell, ...]]:
    it = answer.basis
    basis = (it.rows, it.days, it.since, it.until, it.is_generated, answer.too_little)
    for fact in answer.facts:
        yield answer.tool, fact.name, fact.value, fact.unit, *basis
    if not answer.facts:
        yield answer.tool, None, None, None, *basis
