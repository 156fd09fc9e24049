import numpy as np
import pytest

from modeling.training.tabular.settings import EVENING_FEATURES, FELL, MEASURED
from modeling.training.tabular.table import Table, TableError, number, text, time
from modeling.training.tabular.weeks import mean_of_last, weeks_of

DAYS = 70


def days(falls=(), people=("kim",), length=DAYS):
    """Days on which everything is the number of the day; in another order than they were."""
    rows = [(who, day) for who in people for day in range(length)]
    rows = [rows[index] for index in np.random.default_rng(0).permutation(len(rows))]
    at = np.array([day for _, day in rows], dtype=float)
    return Table(
        {
            "person": text([who for who, _ in rows]),
            "day": time(at + 19_000),
            **{name: number(at) for name in MEASURED},
            "falls": number(np.isin(at, falls)),
        }
    )


def test_means_are_of_the_days_before_and_falls_of_the_week_after():
    weeks = weeks_of(days(falls=(20, 36)))
    evening = weeks.column("day").cells - 19_000
    assert evening.tolist() == [27, 34, 41, 48, 55, 62]
    assert weeks.column("walking_speed_7d").cells[0] == np.arange(21, 28).mean()
    assert weeks.column("walking_speed_28d").cells[1] == np.arange(7, 35).mean()
    assert weeks.column("falls_28d").cells.tolist() == [1, 1, 2, 1, 1, 1]
    assert weeks.column(FELL).cells.tolist() == [0, 1, 0, 0, 0, 0]
    assert set(EVENING_FEATURES) <= weeks.columns.keys()


def test_nobodys_days_are_mixed_with_anothers():
    both = weeks_of(days(falls=(36,), people=("kim", "lee")))
    assert both.column("person").cells.tolist() == ["kim"] * 6 + ["lee"] * 6
    one = weeks_of(days(falls=(36,)))
    for name in EVENING_FEATURES:
        np.testing.assert_array_equal(both.column(name).cells, np.tile(one.column(name).cells, 2))


def test_a_table_without_people_is_of_one():
    table = days()
    alone = Table({name: table.columns[name] for name in table.columns if name != "person"})
    assert len(weeks_of(alone)) == 6


def test_a_mean_of_too_few_days_is_missing():
    cells = np.array([1.0, np.nan, np.nan, np.nan, 2.0, 3.0, 4.0, 6.0])
    np.testing.assert_equal(mean_of_last(cells, 7), [2.5, 3.75])
    cells[0] = np.nan
    np.testing.assert_equal(mean_of_last(cells, 7), [np.nan, 3.75])


def test_too_few_days_are_refused():
    with pytest.raises(TableError, match="expected 35 days of a person in a row"):
        weeks_of(days(length=34))
