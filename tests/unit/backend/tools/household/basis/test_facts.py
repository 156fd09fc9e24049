"""Figures, as tools of the record give them."""

import math

import pytest

from backend.tools.household.basis.facts import rounded


@pytest.mark.parametrize("noise", [-4e-15, 0.0, 4e-15])
def test_sum_is_rounded_the_same_in_whatever_order_it_was_added(noise: float) -> None:
    assert rounded(28.545 + noise) == rounded(28.545)


def test_count_stays_and_what_is_no_number_is_missing() -> None:
    assert rounded(1_234_567_890_123) == 1_234_567_890_123
    assert rounded(2.0 / 3.0, 3) == 0.667
    assert [rounded(it) for it in (None, math.nan, math.inf)] == [None] * 3
