"""Rows as they are."""

from datetime import datetime
from typing import Any

import numpy as np

from contract.tools import ColumnKind
from testkit.askable import column, data_of


def test_top_has_the_greatest_first(ask: Any, steps: np.ndarray) -> None:
    found = ask("top", column="걸음", limit=3)
    assert [row[1] for row in found.grid.rows] == sorted(steps, reverse=True)[:3]
    assert found.grid.is_cut
    least = ask("top", column="걸음", order="least", limit=1)
    assert least.grid.rows[0][1] == steps.min()


def test_filter_has_the_rows_for_which_all_holds(ask: Any, facts_of: Any) -> None:
    where = [{"column": "방", "value": "거실"}, {"column": "걸음", "operator": "missing"}]
    found = ask("filter", where=where, until="2026-09-02", columns=["언제", "걸음"])
    times = ("2026-09-01T09:00", "2026-09-01T19:00", "2026-09-02T15:00")
    assert found.grid.rows == tuple((datetime.fromisoformat(it), None) for it in times)
    assert facts_of(found)["rows"] == 3


def test_wide_table_shows_its_first_twelve(ask: Any) -> None:
    columns = [column(f"c{it}") for it in range(300)] + [column("방", ColumnKind.TEXT)]
    data = data_of(columns, [[*map(float, range(300)), "거실"]])
    assert len(ask("filter", data).grid.columns) == 12
    assert len(ask("columns", data).grid.rows) == 200
    assert len(ask("missing", data).grid.rows) == 200
