"""Changes of level that are there, and none that are not."""

import numpy as np
import pytest

from backend.tools.statistics.change_points import change_points


@pytest.mark.parametrize("seed", range(5))
def test_one_step_is_found_within_two_days(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=90)
    values[60:] += 3
    (found,) = change_points(values)
    assert abs(found.index - 60) <= 2
    assert found.after - found.before == pytest.approx(3, abs=0.8)


def test_several_steps_are_found_in_their_order() -> None:
    values = np.random.default_rng(1).normal(size=150)
    values[50:100] += 4
    values[100:] -= 3
    assert [it.index for it in change_points(values)] == pytest.approx([50, 100], abs=2)


def test_four_weeks_show_a_clear_step() -> None:
    values = np.random.default_rng(2).normal(size=28) + np.repeat([0.0, 5.0], 14)
    assert [it.index for it in change_points(values)] == [14]


def test_noise_has_rarely_a_change() -> None:
    random = np.random.default_rng(3)
    found = sum(bool(change_points(random.normal(size=60))) for _ in range(100))
    assert found <= 5


@pytest.mark.parametrize("values", [np.ones(60), np.arange(13.0), np.zeros(0)])
def test_nothing_changes_where_nothing_can(values: np.ndarray) -> None:
    assert change_points(values) == []
