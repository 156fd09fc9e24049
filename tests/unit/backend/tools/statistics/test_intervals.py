"""Intervals and tests, beside those of scipy."""

import numpy as np
import pytest
from scipy import stats

from backend.tools.statistics.intervals import mean, share, welch

RANDOM = np.random.default_rng(1)
FIRST, SECOND = RANDOM.normal(5, 1, 12), RANDOM.normal(6, 3, 31)


def test_mean_has_the_interval_of_student() -> None:
    found = mean(FIRST)
    wanted = stats.t.interval(0.95, 11, FIRST.mean(), stats.sem(FIRST))
    assert (found.low, found.high) == pytest.approx(wanted)


def test_difference_of_two_means_is_that_of_welch() -> None:
    found = welch(FIRST, SECOND)
    wanted = stats.ttest_ind(SECOND, FIRST, equal_var=False)
    interval = wanted.confidence_interval()
    assert found.value == pytest.approx(SECOND.mean() - FIRST.mean())
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.p == pytest.approx(wanted.pvalue)


def test_means_that_do_not_vary_differ_by_what_they_differ() -> None:
    found = welch(np.full(5, 1.0), np.full(5, 3.0))
    assert (found.value, found.low, found.high) == (2, 2, 2)


@pytest.mark.parametrize(("count", "of"), [(0, 7), (3, 7), (7, 7), (41, 1000)])
def test_share_has_the_interval_of_wilson(count: int, of: int) -> None:
    found = share(count, of)
    wanted = stats.binomtest(count, of).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
