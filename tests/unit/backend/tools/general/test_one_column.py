"""What is said of one column, beside numpy's and scipy's figures."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from contract.tools import ColumnKind
from testkit.askable import column, data_of

NUMBER = [column("n")]


def test_describe_says_what_numpy_says(ask: Any, steps: np.ndarray) -> None:
    (row,) = ask("describe").grid.rows
    quartiles = np.percentile(steps, [25, 50, 75])
    moments = (len(steps), steps.mean(), steps.sum(), steps.std(ddof=1), steps.min())
    wanted = (*moments, *quartiles, steps.max())
    assert row[:2] == ("걸음", "m")
    assert row[2:] == pytest.approx(wanted)


def test_describe_of_a_column_that_is_never_known_has_no_figures(ask: Any) -> None:
    (row,) = ask("describe", data_of(NUMBER, [[None], [None]])).grid.rows
    assert row == ("n", None, 0, *[None] * 8)


def test_distribution_has_quantiles_and_moments(ask: Any, facts_of: Any, steps: np.ndarray) -> None:
    found = ask("distribution", column="걸음")
    levels = [row[0] for row in found.grid.rows]
    assert [row[1] for row in found.grid.rows] == pytest.approx(np.quantile(steps, levels))
    said = facts_of(found)
    assert said["skewness"] == pytest.approx(stats.skew(steps, bias=False))
    assert said["kurtosis"] == pytest.approx(stats.kurtosis(steps, bias=False))
    assert found.plot.series[0].y[-1] == 1.0


def test_histogram_counts_as_numpy_does(ask: Any, steps: np.ndarray) -> None:
    found = ask("histogram", column="걸음", bins=12)
    counts, edges = np.histogram(steps, bins=12)
    assert [row[1] for row in found.grid.rows] == counts.tolist()
    assert [row[2] for row in found.grid.rows] == pytest.approx(edges[:-1])


def test_histogram_chooses_bins_by_freedman_and_diaconis(
    ask: Any, facts_of: Any, steps: np.ndarray
) -> None:
    wanted = len(np.histogram_bin_edges(steps, bins="fd")) - 1
    assert facts_of(ask("histogram", column="걸음"))["bins"] == pytest.approx(wanted, abs=1)


def test_histogram_of_one_value_has_one_bin(ask: Any) -> None:
    found = ask("histogram", data_of(NUMBER, [[7.0]] * 12), column="n")
    assert found.grid.rows == ((7.0, 12, 7.0, 7.0),)


def test_outliers_are_beyond_the_fences_of_tukey(ask: Any, facts_of: Any) -> None:
    values = [*np.arange(100.0).tolist(), 500.0, -300.0]
    found = ask("outliers", data_of(NUMBER, [[it] for it in values]), column="n")
    quarter, three_quarters = np.percentile(values, [25, 75])
    fence = 1.5 * (three_quarters - quarter)
    said = facts_of(found)
    assert (said["low_fence"], said["high_fence"]) == pytest.approx(
        (quarter - fence, three_quarters + fence)
    )
    assert [row[0] for row in found.grid.rows] == [500.0, -300.0]


def test_where_half_of_the_values_are_the_same_none_is_far(ask: Any) -> None:
    found = ask("outliers", data_of(NUMBER, [[1.0]] * 30 + [[9.0]], "ko"), column="n")
    assert "절반" in found.too_little


@pytest.mark.parametrize(
    ("tool", "values"), [("distribution", 9), ("histogram", 9), ("outliers", 19)]
)
def test_too_few_values_say_what_was_needed(ask: Any, tool: str, values: int) -> None:
    data = data_of(NUMBER, [[float(it)] for it in range(values)])
    found = ask(tool, data, column="n")
    assert f"{values + 1} or more are needed, and {values} found" in found.too_little
    assert ask(tool, data_of(NUMBER, [[float(it)] for it in range(values + 1)]), column="n").facts


def test_missing_counts_what_is_not_known(ask: Any, facts_of: Any) -> None:
    found = ask("missing")
    assert found.grid.rows[0] == ("걸음", pytest.approx(0.1), 144)
    assert facts_of(found)["complete_rows"] == 1296


def test_columns_are_named_with_kind_unit_and_an_example(ask: Any) -> None:
    table = data_of([*NUMBER, column("방", ColumnKind.TEXT)], [[1.5, "거실"], [None, "거실"]])
    assert ask("columns", table).grid.rows == (
        ("n", "number", None, 1, 1, "1.5"),
        ("방", "text", None, 2, 1, "거실"),
    )
