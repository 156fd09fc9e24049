"""Figures with intervals, against what they are by other ways."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import chi2, norm

from backend.tools.household.basis.estimates import (
    daily_mean,
    difference,
    excludes_zero,
    median,
    ratio,
    share_percent,
    slope_a_week,
    weekly_rate,
)
from testkit.record_rows import days_from

FIRST = date(2026, 6, 1)


def noise(count: int, seed: int = 0) -> list[float]:
    return list(np.random.default_rng(seed).normal(0, 1, count))


def test_a_mean_of_independent_days_has_the_normal_interval() -> None:
    values = noise(40)

    found = daily_mean(days_from(FIRST, 40), values)

    assert found
    assert found.value == pytest.approx(np.mean(values))
    half = norm.ppf(0.975) * np.std(values) / np.sqrt(40)
    assert found.high == pytest.approx(found.value + half, abs=0.06)
    assert found.low == pytest.approx(found.value - half, abs=0.06)


def test_weeks_that_differ_widen_the_interval_of_their_days() -> None:
    days = days_from(FIRST, 70)
    by_week = [number // 7 % 2 for number in range(70)]
    by_day = [number % 2 for number in range(70)]

    weekly, daily = daily_mean(days, by_week), daily_mean(days, by_day)

    assert weekly
    assert daily
    assert width(weekly.low, weekly.high) > 3 * width(daily.low, daily.high)


def width(low: float | None, high: float | None) -> float:
    assert low is not None
    assert high is not None
    return high - low


def test_a_ratio_is_that_of_the_sums() -> None:
    found = ratio(days_from(FIRST, 3), [(1.0, 1.0), (8.0, 2.0), (0.0, 0.0)])

    assert found
    assert found.value == pytest.approx(3.0)
    assert ratio(days_from(FIRST, 2), [(0.0, 0.0)] * 2) is None
    assert ratio([], []) is None


def test_a_difference_is_that_of_the_means_and_clear_only_if_it_is_large() -> None:
    days = days_from(FIRST, 28)
    values = noise(28)

    same = difference(days[:14], days, [(value, 1.0) for value in values])
    shifted = [value + 5 * (number >= 14) for number, value in enumerate(values)]
    apart = difference(days[:14], days, [(value, 1.0) for value in shifted])

    assert same
    assert apart
    assert same.value == pytest.approx(np.mean(values[14:]) - np.mean(values[:14]))
    assert apart.value == pytest.approx(same.value + 5)
    assert not excludes_zero(same)
    assert excludes_zero(apart)


def test_a_slope_is_that_of_least_squares() -> None:
    values = [0.1 * number + error for number, error in enumerate(noise(60))]

    found = slope_a_week(days_from(FIRST, 60), values)

    assert found
    assert found.value == pytest.approx(7 * np.polyfit(range(60), values, 1)[0])
    assert slope_a_week([FIRST], [1.0]) is None


@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_a_rate_has_the_exact_interval_of_poisson(count: int) -> None:
    found = weekly_rate(count, 4.0)

    assert found
    assert found.low == pytest.approx(chi2.ppf(0.025, 2 * count) / 8 if count else 0.0)
    assert found.high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 8)
    assert weekly_rate(count, 0.0) is None


def test_a_share_has_wilsons_interval() -> None:
    found = share_percent(1, 10)

    assert found
    assert (found.value, found.low, found.high) == pytest.approx((10.0, 1.79, 40.42), abs=0.01)
    assert share_percent(0, 0) is None


def test_a_median_has_an_interval_from_six_values_on() -> None:
    few, enough = median([1.0, 2.0, 3.0, 4.0, 9.0]), median([1.0, 2.0, 3.0, 4.0, 5.0, 9.0])

    assert few
    assert enough
    assert (few.value, few.low) == (3.0, None)
    assert (enough.low, enough.high) == (1.0, 9.0)
    assert median([]) is None
