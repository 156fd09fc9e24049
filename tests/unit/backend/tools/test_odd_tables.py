"""No tool fails on an odd table: it answers within bounds, or says what it expected."""

from collections import Counter
from typing import Any

import pytest

from backend.errors import ApiError
from backend.tools.answers import MAX_POINTS, MAX_ROWS
from backend.tools.csv_file import csv_of
from backend.tools.data import Data
from backend.tools.registry import GENERAL
from backend.tools.service import answer
from backend.tools.tool import Tool
from contract.tools import ToolAnswer
from testkit.odd_questions import odd_arguments, odd_table

NO_NUMBERS = ("NaN", "Infinity")


def check(found: ToolAnswer) -> None:
    """Finite, of bounded size, and nothing beside that there is too little."""
    said = found.model_dump_json()
    assert not any(f":{word}" in said or f",{word}" in said for word in NO_NUMBERS)
    assert ToolAnswer.model_validate_json(said).basis == found.basis
    assert found.basis.rows >= 0
    if found.too_little:
        assert (found.facts, found.grid, found.plot) == ((), None, None)
        return
    assert csv_of(found)
    assert found.facts or found.grid
    if found.grid:
        assert len(found.grid.rows) <= MAX_ROWS
        assert {len(row) for row in found.grid.rows} <= {len(found.grid.columns)}
    for series in found.plot.series if found.plot else ():
        assert len(series.x) <= MAX_POINTS
        assert len(series.x) == len(series.y) or series.kind == "heatmap"


def outcome(tool: Tool[Any], data: Data, arguments: dict[str, Any]) -> str:
    try:
        found = answer(tool, data, arguments)
    except ApiError as error:
        return "refused" if error.message and error.status < 500 else f"failed: {error}"
    check(found)
    return "too little" if found.too_little else "answered"


@pytest.mark.parametrize("seeds", [range(30), range(30, 60)], ids=str)
def test_every_odd_table_is_answered_or_refused(seeds: range) -> None:
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        data = odd_table(seed)
        for tool in GENERAL:
            arguments = odd_arguments(tool, data, seed)
            try:
                outcomes[outcome(tool, data, arguments)] += 1
            except Exception as error:
                error.add_note(f"table {seed}, {tool.name}: {arguments}, {data.columns}")
                raise
        data.duck.close()
    assert set(outcomes) == {"answered", "refused", "too little"}
    assert outcomes["answered"] > len(seeds) * len(GENERAL) / 4, outcomes
