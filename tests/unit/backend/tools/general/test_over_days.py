"""What changes from day to day; the unit is the day."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from backend.errors import InvalidInput
from contract.tools import ColumnKind
from testkit.askable import TODAY, column, data_of

DAILY = [column("day", ColumnKind.DAY), column("n"), column("m")]
FIRST = date(2026, 9, 1)


def series(values: Any, others: Any = None) -> Any:
    """A row a day."""
    pairs = zip(values, values if others is None else others, strict=True)
    days = [(FIRST + timedelta(days=it), a, b) for it, (a, b) in enumerate(pairs)]
    return data_of(DAILY, days)


def test_two_spans_are_compared_by_their_days(ask: Any, facts_of: Any) -> None:
    chance = np.random.default_rng(1)
    values = chance.normal(5, 1, 28) + np.repeat([0, 2], 14)
    said = facts_of(ask("compare_periods", series(values), column="n"))
    wanted = stats.ttest_ind(values[14:], values[:14], equal_var=False)
    interval = wanted.confidence_interval()
    assert said["difference"] == pytest.approx(values[14:].mean() - values[:14].mean())
    assert (said["difference_low"], said["difference_high"], said["p_value"]) == pytest.approx(
        (interval.low, interval.high, wanted.pvalue)
    )


def test_many_rows_of_a_day_are_one_day(ask: Any, facts_of: Any) -> None:
    days = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    once = facts_of(ask("compare_periods", series(days), column="n", since="2026-09-06"))
    rows = [(FIRST + timedelta(days=it // 50), days[it // 50], 0.0) for it in range(500)]
    often = facts_of(ask("compare_periods", data_of(DAILY, rows), column="n", since="2026-09-06"))
    assert often["p_value"] == pytest.approx(once["p_value"])
    assert once["days"] == often["days"] == 5


def test_days_without_a_row_count_as_none_where_rows_are_counted(ask: Any, facts_of: Any) -> None:
    days = [0, 1, 2, 3, 4, 5, 9, 10, 14, 15, 16, 17, 18, 19]
    data = data_of(DAILY, [(FIRST + timedelta(days=it), 1.0, 1.0) for it in days])
    said = facts_of(ask("compare_periods", data, since="2026-09-11"))
    assert (said["mean"], said["days"]) == (pytest.approx(0.7), 10)
    assert (said["mean_before"], said["days_before"]) == (pytest.approx(0.7), 10)


@pytest.mark.parametrize("tool", ["compare_periods", "trend", "moving_average", "seasonality"])
def test_today_is_not_over_and_says_nothing(ask: Any, tool: str) -> None:
    days = [(TODAY - timedelta(days=it), float(it % 7), 1.0) for it in range(1, 40)]
    whole, begun = data_of(DAILY, days), data_of(DAILY, [*days, (TODAY, 900.0, 1.0)])
    wanted, found = ask(tool, whole, column="n"), ask(tool, begun, column="n")
    assert (found.facts, found.grid, found.basis) == (wanted.facts, wanted.grid, wanted.basis)


def test_days_that_rise_together_do_so_until_yesterday(ask: Any, facts_of: Any) -> None:
    days = [(TODAY - timedelta(days=it), float(it), 2.0 * it + it % 3) for it in range(1, 20)]
    data = data_of(DAILY, [*days, (TODAY, 900.0, 0.0)])
    assert facts_of(ask("correlation", data, column="n", other="m"))["pairs"] == 19
    by_row = facts_of(ask("correlation", data, column="n", other="m", unit="row"))
    assert by_row["pairs"] == 20


def test_a_span_of_few_days_is_too_little(ask: Any) -> None:
    found = ask("compare_periods", series(range(9)), column="n", since="2026-09-06")
    assert found.too_little == "There are too few days: 5 or more are needed, and 4 found."


def test_trend_is_the_slope_of_a_week(ask: Any, facts_of: Any) -> None:
    values = 3 + 0.5 * np.arange(30) + np.random.default_rng(2).normal(0, 1, 30)
    said = facts_of(ask("trend", series(values), column="n"))
    assert said["change_a_week"] == pytest.approx(7 * np.polyfit(np.arange(30), values, 1)[0])
    assert said["change_a_week_low"] < 3.5 < said["change_a_week_high"]
    assert said["p_value"] < 0.001


def test_day_from_which_on_less_was_walked_is_found(ask: Any) -> None:
    (row,) = ask("trend", column="걸음").grid.rows
    assert row[0] == FIRST + timedelta(days=40)
    assert row[1] - row[2] == pytest.approx(40, abs=2)


def test_seasonality_has_the_mean_of_each_hour_over_days(ask: Any, facts_of: Any) -> None:
    found = ask("seasonality", column="걸음", by="hour", until="2026-10-09")
    by_hour = {row[0]: row for row in found.grid.rows}
    assert by_hour[3][1] == pytest.approx(20, abs=3)
    assert by_hour[12][2] < 100 < by_hour[12][3]
    assert sorted(by_hour) == list(range(24))
    assert sum(row[4] for row in found.grid.rows) == found.basis.rows
    assert facts_of(found)["least"] in (*range(6), 22, 23)


def test_seasonality_of_weekdays_begins_on_monday(ask: Any) -> None:
    values = [(FIRST + timedelta(days=it)).isoweekday() + 0.01 * (it // 7) for it in range(28)]
    rows = ask("seasonality", series(values), column="n").grid.rows
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row[1] for row in rows] == pytest.approx([it + 0.015 for it in range(1, 8)])


def test_moving_average_is_of_the_days_up_to_each(ask: Any) -> None:
    values = np.random.default_rng(3).normal(size=20)
    found = ask("moving_average", series(values), column="n", days=7)
    wanted = np.convolve(values, np.ones(7) / 7, mode="valid")
    newest_first = [row[2] for row in found.grid.rows]
    assert newest_first[:14] == pytest.approx(wanted[::-1])
    assert newest_first[-3:] == [None] * 3


def test_correlation_is_of_the_means_of_days(ask: Any, facts_of: Any) -> None:
    chance = np.random.default_rng(4)
    x, y = chance.normal(size=40), chance.normal(size=40)
    said = facts_of(ask("correlation", series(x, x + y), column="n", other="m"))
    wanted = stats.pearsonr(x, x + y)
    assert (said["pearson"], said["pearson_p_value"]) == pytest.approx(
        (wanted.statistic, wanted.pvalue)
    )
    assert said["spearman"] == pytest.approx(stats.spearmanr(x, x + y).statistic)
    assert (said["unit"], said["pairs"]) == ("day", 40)


def test_correlation_with_what_never_changes_says_nothing(ask: Any) -> None:
    data = series(range(20), [1.0] * 20)
    assert "all the same" in ask("correlation", data, column="n", other="m").too_little


@pytest.mark.parametrize("tool", ["compare_periods", "trend", "seasonality", "moving_average"])
def test_table_without_days_is_refused(ask: Any, tool: str) -> None:
    with pytest.raises(InvalidInput, match="a column of days or times"):
        ask(tool, data_of([column("n")], [[1.0]]), column="n")


def test_centuries_of_days_are_refused(ask: Any) -> None:
    data = data_of(DAILY, [(date(1, 1, 1), 1.0, 1.0), (date(9999, 12, 31), 1.0, 1.0)])
    with pytest.raises(InvalidInput, match="of at most 4000 days"):
        ask("trend", data)
    assert "too few days" in ask("trend", data, column="n").too_little


def test_spans_that_overlap_are_refused(ask: Any) -> None:
    with pytest.raises(InvalidInput, match="in order"):
        ask("compare_periods", since="2026-10-01", against_until="2026-10-02")
