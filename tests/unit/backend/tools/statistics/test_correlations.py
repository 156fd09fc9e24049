"""Coefficients and their intervals, beside those of scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from backend.tools.statistics.correlations import pearson, ranks, spearman

RANDOM = np.random.default_rng(2)
X = RANDOM.integers(0, 9, 60).astype(float)
Y = X + RANDOM.normal(0, 3, 60)


def test_pearson_is_that_of_scipy_with_its_interval() -> None:
    found, wanted = pearson(X, Y), stats.pearsonr(X, Y)
    interval = wanted.confidence_interval()
    assert (found.value, found.p) == pytest.approx((wanted.statistic, wanted.pvalue))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_spearman_is_that_of_scipy() -> None:
    found, wanted = spearman(X, Y), stats.spearmanr(X, Y)
    assert (found.value, found.p) == pytest.approx((wanted.statistic, wanted.pvalue))
    assert found.low < found.value < found.high


def test_interval_of_spearman_covers_what_is_true() -> None:
    random, true = np.random.default_rng(3), 6 / math.pi * math.asin(0.5 / 2)
    covered = 0
    for _ in range(400):
        x = random.normal(size=40)
        found = spearman(x, 0.5 * x + math.sqrt(0.75) * random.normal(size=40))
        covered += found.low <= true <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_equal_values_share_their_rank() -> None:
    assert ranks(X).tolist() == stats.rankdata(X).tolist()


def test_pairs_on_a_line_leave_nothing_open() -> None:
    found = pearson(X, 2 * X + 1)
    assert (found.value, found.low, found.high, found.p) == pytest.approx((1, 1, 1, 0))


def test_greatest_numbers_have_a_coefficient() -> None:
    assert pearson(X * 1e307, Y).value == pytest.approx(pearson(X, Y).value)
