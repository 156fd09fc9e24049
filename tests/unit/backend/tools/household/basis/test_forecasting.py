"""The method that says what the next days may be like."""

import numpy as np
import pytest

from backend.tools.household.basis.forecasting import Numbers, forecast, naive, smoothed

WEEKLY = np.tile([3.0, 3.0, 3.0, 3.0, 3.0, 8.0, 1.0], 20)


def noisy(days: int, seed: int) -> Numbers:
    return WEEKLY[:days] + np.random.default_rng(seed).normal(0, 0.5, days)


def test_what_never_changes_goes_on() -> None:
    found = forecast(np.full(28, 4.0), 7)

    assert found.values == pytest.approx(np.full(7, 4.0))
    assert (found.low, found.high) == (pytest.approx(found.values), pytest.approx(found.values))
    assert found.error == pytest.approx(0.0)


def test_weekdays_come_again_and_are_met_better_than_by_the_naive_method() -> None:
    found = forecast(noisy(126, seed=1), 7)

    assert found.values == pytest.approx(WEEKLY[:7], abs=0.7)
    assert found.error < 0.95 * found.naive_error


def test_the_interval_holds_about_eighty_of_a_hundred_days() -> None:
    held = []
    for seed in range(30):
        whole = noisy(140, seed)
        found = forecast(whole[:133], 7)
        held.extend((found.low <= whole[133:]) & (whole[133:] <= found.high))

    assert 0.72 < np.mean(held) < 0.88


def test_days_not_known_are_passed_over() -> None:
    history = noisy(126, seed=2)
    history[40:47] = np.nan
    history[-3:] = np.nan

    found = forecast(history, 7)

    assert np.isfinite(found.values).all()
    assert found.values == pytest.approx(WEEKLY[:7], abs=0.7)


def test_the_naive_method_takes_the_last_such_weekday_that_is_known() -> None:
    history = np.arange(21.0)
    history[14] = np.nan

    assert naive(history, 2).tolist() == [7.0, 15.0]


def test_nothing_is_less_than_nothing() -> None:
    history = np.array([0.0] * 30 + [5.0] + [0.0] * 30)

    found = forecast(history, 7)

    assert (found.low >= 0).all()
    assert (smoothed(history, 7) >= 0).all()
