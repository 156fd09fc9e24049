"""Rows that are sorted by one column, or two."""

from datetime import date
from typing import Any

import pytest
from scipy import stats

from backend.errors import InvalidInput
from backend.tools.errors import UnknownColumn
from contract.tools import ColumnKind
from testkit.askable import column, data_of

PAIR = [column("a", ColumnKind.TEXT), column("b", ColumnKind.YES_NO)]


def test_count_by_has_the_most_first_with_an_interval(ask: Any) -> None:
    found = ask("count_by", column="방")
    assert [row[:3] for row in found.grid.rows] == [
        ("거실", 960, pytest.approx(2 / 3)),
        ("침실", 480, pytest.approx(1 / 3)),
    ]
    interval = stats.binomtest(960, 1440).proportion_ci(method="wilson")
    assert found.grid.rows[0][3:] == pytest.approx((interval.low, interval.high))


def test_count_by_counts_what_is_missing_too(ask: Any) -> None:
    found = ask("count_by", data_of(PAIR, [["x", True], [None, True], [None, True]]), column="a")
    assert [row[:2] for row in found.grid.rows] == [(None, 2), ("x", 1)]


def test_group_by_has_a_mean_of_each(ask: Any) -> None:
    found = ask("group_by", by="방", column="걸음", until="2026-10-10")
    assert [row[0] for row in found.grid.rows] == ["거실", "침실"]
    assert [row[1] for row in found.grid.rows] == pytest.approx([100, 20], abs=1)
    assert found.basis.rows == sum(row[2] for row in found.grid.rows) == 864


def test_group_by_week_is_named_by_its_monday(ask: Any) -> None:
    found = ask("group_by", by="언제", part="week", statistic="rows", until="2026-09-13")
    assert found.grid.rows == (
        (date(2026, 8, 31), 144, 144),
        (date(2026, 9, 7), 168, 168),
    )


def test_pivot_has_a_column_for_each_value_across(ask: Any) -> None:
    found = ask("pivot", by="언제", part="hour", across="방", column="걸음", statistic="median")
    assert [it.name for it in found.grid.columns] == ["언제 (hour)", "거실", "침실"]
    by_hour = {row[0]: row[1:] for row in found.grid.rows}
    assert by_hour[3][0] is None
    assert by_hour[12][1] is None
    assert found.plot.series[0].z[12] == by_hour[12]


def test_cross_table_is_that_of_scipy(ask: Any, facts_of: Any) -> None:
    counts = {("x", True): 30, ("x", False): 10, ("y", True): 12, ("y", False): 25}
    rows = [pair for pair, count in counts.items() for _ in range(count)]
    found = ask("cross_table", data_of(PAIR, rows), column="a", other="b")
    wanted = stats.chi2_contingency([[10, 30], [25, 12]], correction=False)
    said = facts_of(found)
    assert (said["chi_square"], said["p_value"]) == pytest.approx((wanted.statistic, wanted.pvalue))
    assert {row[:2]: row[2] for row in found.grid.rows} == counts


def test_cross_table_with_small_expected_counts_says_nothing(ask: Any) -> None:
    rows = [("x", True)] * 19 + [("y", False)] * 2
    found = ask("cross_table", data_of(PAIR, rows, "ko"), column="a", other="b")
    assert "기대되는 수가 너무 작습니다" in found.too_little


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("count_by", {"column": "없는 열"}, "one of 언제, 방, 걸음, 밤"),
        ("count_by", {"column": "방", "part": "hour"}, "a column of days or times"),
        ("group_by", {"by": "방"}, "a column of numbers for the statistic: mean"),
        ("group_by", {"by": "방", "column": "방"}, "a column of number: one of 걸음"),
        ("pivot", {"by": "방", "across": "언제", "statistic": "rows"}, "at most 31"),
        ("cross_table", {"column": "방", "other": "방"}, "another column"),
        ("cross_table", {"column": "방", "other": "걸음"}, "at most 30 different values"),
    ],
)
def test_what_cannot_be_grouped_is_refused(
    ask: Any, tool: str, arguments: dict[str, Any], expected: str
) -> None:
    with pytest.raises((InvalidInput, UnknownColumn), match=expected):
        ask(tool, **arguments)
