"""Figures with their 95 % intervals. SciPy is loaded by the first one.

Days of one week are alike, so from eight weeks on it is weeks that are drawn for the bootstrap, and
days before. Medians have order statistics, shares Wilson's interval, rates Poisson's exact one.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from modeling.training.evaluate.intervals import Estimate

WEEKS_AS_UNIT = 8
DAYS_A_WEEK = 7
Numbers = NDArray[np.float64]


def daily_mean(days: Sequence[date], values: Sequence[float]) -> "Estimate | None":
    """The mean of a value per day."""
    return ratio(days, [(value, 1.0) for value in values])


def ratio(days: Sequence[date], parts: Sequence[tuple[float, float]]) -> "Estimate | None":
    """The first parts of all days for the second ones, such as lengths for seconds; None where
    there is nothing to divide by."""
    from modeling.training.evaluate.intervals import bootstrap_over_groups

    pairs = np.array(parts, dtype=np.float64).reshape(-1, 2)
    return bootstrap_over_groups(lambda weights: _ratio(pairs, weights), _units(days))


def difference(
    before: Sequence[date], days: Sequence[date], parts: Sequence[tuple[float, float]]
) -> "Estimate | None":
    """By how much the ratio of the other days is above that of the days `before`, which are among
    `days`."""
    from modeling.training.evaluate.intervals import bootstrap_over_groups

    pairs = np.array(parts, dtype=np.float64).reshape(-1, 2)
    is_early = np.array([day in set(before) for day in days], dtype=np.bool_)

    def above(weights: Numbers) -> float:
        return _ratio(pairs, weights * ~is_early) - _ratio(pairs, weights * is_early)

    return bootstrap_over_groups(above, _units(days))


def excludes_zero(estimate: "Estimate") -> bool:
    """Whether the interval says that there is a difference at all."""
    if estimate.low is None or estimate.high is None:
        return False
    return estimate.low > 0 or estimate.high < 0


def slope_a_week(days: Sequence[date], values: Sequence[float]) -> "Estimate | None":
    """By how much a value rises in a week, by least squares; None without two days."""
    from modeling.training.evaluate.intervals import bootstrap_over_groups

    weeks = np.array([day.toordinal() for day in days]) / DAYS_A_WEEK
    heights = np.array(values)
    return bootstrap_over_groups(lambda weights: _slope(weeks, heights, weights), _units(days))


def median(values: Sequence[float]) -> "Estimate | None":
    """The median of values that are independent; None without any, no interval below six."""
    from modeling.training.evaluate.intervals import median_over_groups

    return median_over_groups([(str(number), value) for number, value in enumerate(values)])


def weekly_rate(count: int, weeks: float) -> "Estimate | None":
    """How often a week; None without any time."""
    from modeling.training.evaluate.intervals import hourly

    return hourly(count, weeks)


def share_percent(count: int, total: int) -> "Estimate | None":
    """`count` of `total` in percent; None of nothing."""
    from modeling.training.evaluate.intervals import Estimate, Rate

    if not total:
        return None
    rate = Rate.of(count, total)
    return Estimate(value=100 * count / total, low=100 * rate.low, high=100 * rate.high)


def _units(days: Sequence[date]) -> NDArray[np.str_]:
    """What is drawn: the week of each day, or the day."""
    weeks = [f"{day.isocalendar().year}-{day.isocalendar().week}" for day in days]
    is_long = len(set(weeks)) >= WEEKS_AS_UNIT
    return np.array(weeks if is_long else [day.isoformat() for day in days], dtype=np.str_)


def _ratio(pairs: Numbers, weights: Numbers) -> float:
    top, bottom = weights @ pairs
    return float(top) / float(bottom) if bottom > 0 else float("nan")


def _slope(at: Numbers, heights: Numbers, weights: Numbers) -> float:
    total = weights.sum()
    from_middle = at - weights @ at / total
    spread = float(weights @ from_middle**2)
    return float(weights @ (from_middle * heights)) / spread if spread > 0 else float("nan")
