"""What is generated is as its formula says, and the same each time."""

import numpy as np
import pytest

from modeling.training.tabular.accidents import expected_eclo, generate_accidents
from modeling.training.tabular.lives import hazard, simulate_lives


def test_a_seed_makes_the_same_and_another_one_others():
    assert generate_accidents(1, 500).digest() == generate_accidents(1, 500).digest()
    assert generate_accidents(1, 500).digest() != generate_accidents(2, 500).digest()
    assert simulate_lives(1, 5, 40).digest() == simulate_lives(1, 5, 40).digest()


def test_accidents_weigh_what_the_formula_expects():
    table = generate_accidents(5, 20_000)
    eclo, expected = table.column("eclo").cells, expected_eclo(table)
    assert eclo.mean() == pytest.approx(expected.mean(), rel=0.02)
    grave = expected > np.quantile(expected, 0.9)
    assert eclo[grave].mean() == pytest.approx(expected[grave].mean(), rel=0.06)
    assert set(eclo) >= {1, 3, 5, 10}
    assert eclo.min() == 1


def test_slower_walking_more_times_up_and_a_fall_before_raise_the_hazard():
    usual = hazard(np.array([0.75]), np.array([1.2]), np.array([False]))
    assert hazard(np.array([0.55]), np.array([1.2]), np.array([False])) > 2 * usual
    assert hazard(np.array([0.75]), np.array([3.2]), np.array([False])) > 1.9 * usual
    assert hazard(np.array([0.75]), np.array([1.2]), np.array([True])) > 2 * usual


def test_those_who_fall_walk_more_slowly_and_are_up_more_often():
    table = simulate_lives(0, 300, 300)
    fell = table.column("falls").cells > 0
    assert 50 < fell.sum() < 1000
    for name, sign in (("walking_speed", -1), ("times_up_at_night", 1)):
        cells = table.column(name).cells
        assert sign * (np.nanmean(cells[fell]) - np.nanmean(cells[~fell])) > 0
