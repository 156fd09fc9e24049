"""Millions of rows: exact where that fits in memory, and said where it does not."""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.storage.duck import Duck
from backend.tools.data import Data
from testkit.askable import column, data_in

COLUMNS = [column("n"), column("m")]


def counted(rows: int) -> Data:
    """The numbers from 0 on, and beside each the rest of its division by seven."""
    duck = Duck()
    numbers = "SELECT CAST(i AS DOUBLE) AS n, CAST(i % 7 AS DOUBLE) AS m FROM range(?) AS t(i)"
    duck.ask(f"CREATE TABLE asked AS {numbers}", [rows])
    return data_in(duck, COLUMNS)


@pytest.fixture(scope="module")
def million() -> Iterator[Data]:
    data = counted(1_000_000)
    yield data
    data.duck.close()


def test_figures_of_a_million_rows_are_exact(ask: Any, million: Data) -> None:
    first, second = ask("describe", million).grid.rows
    moments = (1_000_000, 499_999.5, 499_999_500_000, 288_675.2790)
    quartiles = (0, 249_999.75, 499_999.5, 749_999.25, 999_999)
    assert first[2:] == pytest.approx((*moments, *quartiles))
    assert second[7:10] == (1, 3, 5)
    assert [row[1] for row in ask("count_by", million, column="m").grid.rows[:1]] == [142_858]


def test_pairs_of_a_million_rows_are_a_sample_that_stays_the_same(
    ask: Any, facts_of: Any, million: Data
) -> None:
    first, again = (ask("correlation", million, column="n", other="m") for _ in range(2))
    said = facts_of(first)
    assert first == again
    assert said["is_sample"] is True
    assert 150_000 < said["pairs"] <= 210_000
    assert abs(said["pearson"]) < 0.01
    assert len(first.plot.series[0].x) <= 2_000


def test_quantiles_of_more_rows_are_estimated(ask: Any) -> None:
    data = counted(2_100_000)
    row = ask("describe", data, columns=["n"]).grid.rows[0]
    data.duck.close()
    assert row[2] == 2_100_000
    assert row[7:10] == pytest.approx((525_000, 1_050_000, 1_575_000), rel=0.01)
