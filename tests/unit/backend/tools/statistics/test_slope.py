"""The slope, beside numpy's, and how often its interval holds."""

import numpy as np
import pytest

from backend.tools.statistics.slope import slope

DAYS = np.arange(60.0)


def like_the_day_before(random: np.random.Generator, length: int, share: float) -> np.ndarray:
    """Noise of which a share stays from each day to the next."""
    noise = random.normal(size=length + 50)
    for index in range(1, len(noise)):
        noise[index] += share * noise[index - 1]
    return noise[50:]


def test_slope_is_that_of_least_squares() -> None:
    y = 3 + 0.2 * DAYS + np.random.default_rng(1).normal(size=60)
    assert slope(DAYS, y).value == pytest.approx(np.polyfit(DAYS, y, 1)[0])


def test_error_is_the_sandwich_of_newey_and_west() -> None:
    y = 0.1 * DAYS + like_the_day_before(np.random.default_rng(2), 60, 0.5)
    design = np.column_stack([np.ones(60), DAYS])
    residuals = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    weights = np.maximum(0, 1 - np.abs(np.subtract.outer(DAYS, DAYS)) / 4)  # of 3 lags
    meat = design.T @ (weights * np.outer(residuals, residuals)) @ design
    bread = np.linalg.inv(design.T @ design)
    error = np.sqrt((bread @ meat @ bread)[1, 1] * 60 / 58)
    found = slope(DAYS, y)
    assert (found.high - found.low) / 2 == pytest.approx(error * 2.0017174830120927)


def test_series_that_stands_still_rarely_seems_to_rise() -> None:
    random = np.random.default_rng(3)
    found = [slope(DAYS, like_the_day_before(random, 60, 0.3)).p < 0.05 for _ in range(300)]
    assert np.mean(found) < 0.13
