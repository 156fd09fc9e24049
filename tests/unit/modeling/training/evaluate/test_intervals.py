import numpy as np
import pytest

from modeling.training.evaluate.intervals import (
    Estimate,
    Rate,
    bootstrap_over_groups,
    effective_size,
    hourly,
    median_over_groups,
)


def mean_of(values):
    return lambda weights: float(weights @ values / weights.sum())


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 40, 0.0, 0.0876),
        (28, 30, 0.7868, 0.9815),
        (30, 30, 0.8865, 1.0),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_intervals_are_wilson_s(count, total, low, high):
    rate = Rate.of(count, total)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_nothing_counted_proves_nothing():
    assert (Rate.of(0, 0).low, Rate.of(0, 0).high) == (0.0, 1.0)


def test_a_rate_shows_its_counts_before_its_interval():
    assert str(Rate.of(28, 30)) == "28 of 30 (79% to 98%)"


def test_two_cameras_that_see_the_same_prove_no_more_than_one():
    one = Rate.over_groups([(f"fall-{number}", number < 25) for number in range(30)])
    two = Rate.over_groups([(f"fall-{number % 30}", number % 30 < 25) for number in range(60)])
    assert (two.count, two.total) == (50, 60)
    assert (two.low, two.high) == (pytest.approx(one.low), pytest.approx(one.high))


def test_unequal_groups_are_worth_fewer_than_there_are():
    assert effective_size("aabbcc") == 3.0
    assert effective_size("aaaaab") == pytest.approx(36 / 26)


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39)]
)
def test_counts_an_hour_have_the_exact_poisson_interval(count, low, high):
    estimate = hourly(count, hours=2.0)
    assert estimate.value == count / 2.0
    assert estimate.low * 2.0 == pytest.approx(low, abs=1e-3)
    assert estimate.high * 2.0 == pytest.approx(high, abs=1e-2)


def test_without_any_time_nothing_is_known_of_an_hour():
    assert hourly(0, hours=0.0) is None


def test_the_interval_of_a_median_has_values_at_its_ends():
    estimate = median_over_groups([(str(value), float(value)) for value in range(1, 22)])
    assert (estimate.value, estimate.low, estimate.high) == (11.0, 6.0, 16.0)


def test_a_median_of_few_groups_has_no_interval():
    many_of_few = [(group, float(value)) for group in "abcde" for value in range(10)]
    assert median_over_groups(many_of_few) == Estimate(value=4.5)
    assert median_over_groups([]) is None


def test_a_bootstrap_draws_whole_groups():
    values = np.repeat([0.0, 1.0], 500)
    apart = bootstrap_over_groups(mean_of(values), np.arange(1000).astype(str))
    alike = bootstrap_over_groups(mean_of(values), np.repeat(["a", "b"], 500))
    assert apart.value == alike.value == 0.5
    assert (apart.low, apart.high) == (pytest.approx(0.47, abs=0.01), pytest.approx(0.53, abs=0.01))
    assert (alike.low, alike.high) == (0.0, 1.0)


def test_a_bootstrap_is_the_same_each_time():
    values, groups = np.random.default_rng(1).random(100), np.arange(100).astype(str)
    first, again = (bootstrap_over_groups(mean_of(values), groups) for _ in range(2))
    assert first == again


def test_one_group_gives_no_interval_and_no_group_no_figure():
    assert bootstrap_over_groups(mean_of(np.ones(3)), np.array(["a"] * 3)) == Estimate(value=1.0)
    assert bootstrap_over_groups(mean_of(np.ones(0)), np.array([], dtype=np.str_)) is None


def test_an_estimate_shows_its_interval_or_that_there_is_none():
    assert f"{Estimate(value=1.25, low=0.5, high=2.0):+.1f}" == "+1.2 (+0.5 to +2.0)"
    assert f"{Estimate(value=1.25):.2f}" == "1.25 (too few)"
