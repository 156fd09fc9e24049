"""Tool `cross_table`: whether two columns have to do with each other."""

import numpy as np
from pydantic import Field

from backend.errors import InvalidInput
from backend.storage.duck import quoted
from backend.tools.answers import fact, grid, number
from backend.tools.data import Data
from backend.tools.needed import Needed
from backend.tools.scope import ColumnName, Scope
from backend.tools.selection import Numbers, Selection, select
from backend.tools.statistics.tables_of_counts import Association, association
from backend.tools.tool import Said, Tool
from contract.tools import Cell, Fact, TableColumn

NEEDED = Needed(20, "rows")
MAX_VALUES = 30
TOO_FEW_EXPECTED = {
    "ko": "칸에 기대되는 수가 너무 작습니다. 다섯 칸 중 넷에서 5, 모든 칸에서 1 이상이어야 합니다.",
    "en": "Too few rows are expected in too many cells: 5 are needed in four of five, 1 in each.",
}
ONE_VALUE = {
    "ko": "두 열에 저마다 두 가지 이상의 값이 있어야 합니다.",
    "en": "Both columns need at least two different values.",
}


class CrossTable(Scope):
    """Whether two columns of few values have to do with each other: their counts, chi-square, its
    p-value, and Cramér's V from 0 (nothing) to 1 (one says the other).

    `expected` is how many rows a cell would have by chance. The p-value holds for rows that are
    independent of each other, which those of one day often are not.
    """

    column: ColumnName
    other: ColumnName = Field(description="Another column; each may have 30 different values.")


def _answer(data: Data, wanted: CrossTable) -> Said:
    pair = data.column(wanted.column), data.column(wanted.other)
    if pair[0] == pair[1]:
        raise InvalidInput("other: expected another column")
    chosen = select(data, wanted, *pair)
    if said := NEEDED.too_little(chosen.span.rows, data.language):
        return chosen.too_little(said)
    names = _values(chosen, pair[0]), _values(chosen, pair[1])
    if min(len(it) for it in names) < 2:
        return chosen.too_little(ONE_VALUE[data.language])
    counts = _counts(chosen, pair, names)
    found = association(counts)
    if found.is_unsure:
        return chosen.too_little(TOO_FEW_EXPECTED[data.language])
    rows = (
        (name, other, int(counts[i, j]), found.expected[i, j])
        for i, name in enumerate(names[0])
        for j, other in enumerate(names[1])
    )
    return chosen.said(*_facts(found), grid=grid((*pair, number("rows"), number("expected")), rows))


def _values(chosen: Selection, column: TableColumn) -> list[Cell]:
    distinct = f"SELECT DISTINCT {quoted(column.name)} FROM chosen ORDER BY 1"
    found = chosen.ask(f"{distinct} LIMIT {MAX_VALUES + 1}")
    if len(found) > MAX_VALUES:
        said = (
            f"expected columns of at most {MAX_VALUES} different values, not {column.name[:80]!r}"
        )
        raise InvalidInput(said)
    return [row[0] for row in found]


def _counts(
    chosen: Selection,
    pair: tuple[TableColumn, TableColumn],
    names: tuple[list[Cell], list[Cell]],
) -> Numbers:
    first, second = (quoted(it.name) for it in pair)
    counts = np.zeros((len(names[0]), len(names[1])))
    query = f"SELECT {first}, {second}, count(*) FROM chosen GROUP BY 1, 2"
    for name, other, count in chosen.ask(query):
        counts[names[0].index(name), names[1].index(other)] = count
    return counts


def _facts(found: Association) -> tuple[Fact, ...]:
    return (
        fact("chi_square", found.chi_square),
        fact("degrees_of_freedom", found.freedom),
        fact("p_value", found.p),
        fact("cramers_v", found.cramers_v),
        fact("least_expected", found.expected.min()),
    )


TOOL = Tool(
    "cross_table", {"ko": "교차표", "en": "Cross table"}, CrossTable, _answer, needed=(NEEDED,)
)
