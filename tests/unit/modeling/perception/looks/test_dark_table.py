"""A table that is made at once for the dark: exact there, and near it where it is bright."""

import numpy as np
import pytest

from modeling.perception.looks.dark_table import NEAREST, STEPS, DarkTable
from modeling.perception.looks.lut import Lut, grid_colours


def brightening(points: int = 33) -> Lut:
    """A table that is steep in the dark, as those of the night are, and mixes the channels."""
    red, green, blue = np.moveaxis(grid_colours(points), -1, 0)
    colours = np.stack([red**0.4, green**0.4 * (0.8 + 0.2 * red), blue**0.5], axis=-1)
    return Lut(colours.reshape(points, points, points, 3))


def picture(darkest: int, brightest: int) -> np.ndarray:
    chance = np.random.default_rng(5)
    return chance.integers(darkest, brightest + 1, (70, 90, 3)).astype(np.uint8)


def test_dark_colours_become_what_the_table_says_exactly() -> None:
    lut, dark = brightening(), picture(0, 47)
    np.testing.assert_array_equal(DarkTable(lut).apply(dark), lut.apply(dark))


def test_bright_colours_are_as_near_as_the_steps_are() -> None:
    lut, bright = brightening(), picture(48, 255)
    apart = DarkTable(lut).apply(bright).astype(int) - lut.apply(bright)
    assert 0 < np.abs(apart).max() <= 4


@pytest.mark.parametrize("level", [0, 47, 48, 100, 200, 255])
def test_step_of_a_level_is_within_four_of_it(level: int) -> None:
    assert abs(int(STEPS[NEAREST[level]]) - level) <= (0 if level < 48 else 4)
