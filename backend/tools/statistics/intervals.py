"""Intervals of 95 % and the p-values beside them."""

import math
from dataclasses import dataclass

import numpy as np

from backend.tools.selection import Numbers

LEVEL = 0.95
_NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval, and how likely one as far from none is by chance."""

    value: float
    low: float
    high: float
    p: float = math.nan


def t_estimate(value: float, error: float, freedom: float) -> Estimate:
    """A figure with its standard error, by Student's distribution."""
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(freedom, 0.5 + LEVEL / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(value) / error)) if error > 0 else math.nan
    return Estimate(value, value - half, value + half, p)


def mean(values: Numbers) -> Estimate:
    """The mean of at least two independent values."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return t_estimate(float(np.mean(values)), error, len(values) - 1)


def welch(first: Numbers, second: Numbers) -> Estimate:
    """How much larger the mean of `second` is; both have two values at least (Welch 1947)."""
    parts = [float(np.var(it, ddof=1)) / len(it) for it in (first, second)]
    total = sum(parts)
    difference = float(np.mean(second) - np.mean(first))
    if total <= 0:
        return Estimate(difference, difference, difference)
    below = parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1)
    return t_estimate(difference, math.sqrt(total), total**2 / below)


def share(count: int, of: int) -> Estimate:
    """A share by Wilson's interval."""
    z, p = _NORMAL, count / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half))
