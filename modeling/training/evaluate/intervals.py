"""Figures with the interval that says how little a small count proves.

What several cameras saw of one event, or windows that overlap, is not seen another time. So the
intervals of shares and medians count a group's observations as one. The groups are events: the
intervals speak of more events in the same rooms and by the same people. Alarms an hour are
counted one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import comb, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from scipy.special import gammaincinv

NORMAL_QUANTILE = 1.959964  # 95 % of a normal distribution lie within as many deviations
TAIL = 0.025
RESAMPLES = 1000
SEED = 0

Statistic = Callable[[NDArray[np.float64]], float]
"""A figure of N observations, given the (N,) weights with which they count; NaN if undefined."""


class Rate(BaseModel, frozen=True):
    """`count` of `total`, with Wilson's 95 % interval (Wilson, 1927) from `low` to `high`."""

    count: int
    total: int
    low: float
    high: float

    @classmethod
    def of(cls, count: int, total: int, independent: float | None = None) -> Self:
        """The share and its interval: all of 0..1 where there was nothing to count.

        `independent` says how many of `total` are worth counting; None is all of them.
        """
        if total == 0:
            return cls(count=0, total=0, low=0.0, high=1.0)
        low, high = wilson_interval(count / total, independent or total)
        return cls(count=count, total=total, low=low, high=high)

    @classmethod
    def over_groups(cls, observed: Sequence[tuple[str, bool]]) -> Self:
        """The share of what was observed, each with its group."""
        count = sum(holds for _, holds in observed)
        return cls.of(count, len(observed), effective_size(group for group, _ in observed))

    def __str__(self) -> str:
        return f"{self.count} of {self.total} ({self.low:.0%} to {self.high:.0%})"


class Estimate(BaseModel, frozen=True):
    """A figure and its 95 % interval, whose ends are None where there is too little for one."""

    value: float
    low: float | None = None
    high: float | None = None

    def __format__(self, spec: str) -> str:
        """The figure and its interval in brackets, each number as `spec` says."""
        if self.low is None or self.high is None:
            return f"{self.value:{spec}} (too few)"
        return f"{self.value:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


def wilson_interval(share: float, size: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of `size` independent observations."""
    z2 = NORMAL_QUANTILE**2
    scale = 1.0 + z2 / size
    center = (share + z2 / (2.0 * size)) / scale
    half = sqrt(z2 * (share * (1.0 - share) / size + z2 / (4.0 * size**2))) / scale
    return max(0.0, center - half), min(1.0, center + half)


def effective_size(groups: Iterable[str]) -> float:
    """How many observations of unequal weight the groups' are worth (Kish, 1965); 0 if none."""
    sizes = Counter(groups).values()
    return sum(sizes) ** 2 / sum(size**2 for size in sizes) if sizes else 0.0


def hourly(count: int, hours: float) -> Estimate | None:
    """How often an hour, with the exact Poisson interval (Garwood, 1936); None without any time."""
    if hours <= 0.0:
        return None
    low = float(gammaincinv(count, TAIL)) if count else 0.0
    high = float(gammaincinv(count + 1, 1.0 - TAIL))
    return Estimate(value=count / hours, low=low / hours, high=high / hours)


def median_over_groups(observed: Sequence[tuple[str, float]]) -> Estimate | None:
    """The median of values, each with its group; None without any.

    At the ends of its interval are the values whose ranks enclose the median of as many values as
    the groups are worth (order statistics; Woodruff, 1952, for values that are alike).
    """
    if not observed:
        return None
    values = [value for _, value in observed]
    middle = float(np.median(values))
    size = int(effective_size(group for group, _ in observed))
    beyond = values_beyond_median_interval(size)
    if beyond is None:
        return Estimate(value=middle)
    share = beyond / (size - 1)
    return Estimate(
        value=middle,
        low=float(np.quantile(values, share, method="lower")),
        high=float(np.quantile(values, 1.0 - share, method="higher")),
    )


def values_beyond_median_interval(size: int) -> int | None:
    """How many of `size` values lie beyond either end of the median's 95 % interval.

    None where not even the smallest and the largest value enclose it 95 times of 100.
    """
    chance, beyond = 0.0, -1
    while (chance := chance + comb(size, beyond + 1) / 2**size) <= TAIL:
        beyond += 1
    return None if beyond < 0 else beyond


def bootstrap_over_groups(statistic: Statistic, groups: NDArray[np.str_]) -> Estimate | None:
    """The figure of all observations, (N,) `groups` being theirs; None where it is not defined.

    The interval has the percentiles of resamples into which as many groups are drawn as there are,
    each with all its observations (Field and Welsh, 2007); the same ones at every call. One group
    proves nothing about others, and gives no interval.
    """
    names, group_of = np.unique(groups, return_inverse=True)
    value = statistic(np.ones(len(groups))) if len(groups) else np.nan
    if np.isnan(value):
        return None
    if len(names) == 1:
        return Estimate(value=value)
    chances = np.full(len(names), 1.0 / len(names))
    drawn = np.random.default_rng(SEED).multinomial(len(names), chances, size=RESAMPLES)
    resampled = [statistic(times[group_of].astype(np.float64)) for times in drawn]
    low, high = np.nanquantile(resampled, [TAIL, 1.0 - TAIL])
    return Estimate(value=value, low=float(low), high=float(high))
