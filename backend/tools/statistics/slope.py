"""How much a series rises from day to day."""

import math

import numpy as np

from backend.tools.selection import Numbers
from backend.tools.statistics.intervals import Estimate, t_estimate


def slope(x: Numbers, y: Numbers) -> Estimate:
    """By least squares, of at least four days.

    One day is like the day before: the standard error is that of Newey and West (1987) with
    Bartlett weights up to a lag of 4(n/100)^(2/9), over days that follow one another in `x`.
    """
    around = x - np.mean(x)
    squares = float(np.dot(around, around))
    found = float(np.dot(around, y)) / squares
    residuals = y - np.mean(y) - found * around
    error = math.sqrt(max(_long_run(around * residuals), 0.0)) / squares
    freedom = len(x) - 2
    return t_estimate(found, error * math.sqrt(len(x) / freedom), freedom)


def _long_run(moments: Numbers) -> float:
    """The variance of their sum."""
    lags = int(4 * (len(moments) / 100) ** (2 / 9))
    total = float(np.dot(moments, moments))
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        total += 2 * weight * float(np.dot(moments[lag:], moments[:-lag]))
    return total
