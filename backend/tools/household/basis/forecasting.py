"""What a daily figure may be in the next days, and how well that would have been known before.

The level is smoothed exponentially, after each weekday's usual difference from the mean is taken
away. That difference is of the last 56 days that are known, and drawn towards 0 where it stands on
few. Nothing else is assumed: no drift goes on, and the interval has the errors that the same method
made from each of the days before, whatever they look like (rolling origin). NaN is a day not known;
the first day of a history is known.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Method = Callable[[Numbers, int], Numbers]

WEEK = 7
WEEKDAY_DAYS = 56
SHRINKING_DAYS = 1.0
SMOOTHING = 0.15
FIRST_ORIGIN = 14
MAX_ORIGINS = 120
INTERVAL_PERCENT = 80


@dataclass(frozen=True)
class Forecast:
    """`values` of the next days, each from `low` to `high`; and the mean absolute errors that this
    and the naive method, the same weekday a week before, made in `tried` forecasts."""

    values: Numbers
    low: Numbers
    high: Numbers
    error: float
    naive_error: float
    tried: int


def forecast(history: Numbers, days: int) -> Forecast:
    """The next `days` after (N,) `history`, which has at least 28 days
    that are known."""
    errors = _errors(history, days, smoothed)
    tail = (100 - INTERVAL_PERCENT) / 200
    below, above = np.nanquantile(errors, [tail, 1 - tail])
    values = smoothed(history, days)
    return Forecast(
        values,
        np.maximum(values + below, 0.0),
        np.maximum(values + above, 0.0),
        float(np.nanmean(np.abs(errors))),
        float(np.nanmean(np.abs(_errors(history, days, naive)))),
        int(np.isfinite(errors).sum()),
    )


def smoothed(history: Numbers, days: int) -> Numbers:
    """The method: a level, and what is usual on each weekday."""
    usual = _weekdays(history)
    level = float(history[~np.isnan(history)][0])
    for value in history - usual[np.arange(len(history)) % WEEK]:
        if not np.isnan(value):
            level += SMOOTHING * (value - level)
    ahead = (len(history) + np.arange(days)) % WEEK
    return np.maximum(level + usual[ahead], 0.0)


def naive(history: Numbers, days: int) -> Numbers:
    """What the last day of the same weekday had."""
    last = np.full(WEEK, np.nanmean(history))
    known = _known(history)
    last[known % WEEK] = history[known]
    return last[(len(history) + np.arange(days)) % WEEK]


def _weekdays(history: Numbers) -> Numbers:
    """By how much each weekday differs from the mean, counted from the history's first day."""
    known = _known(history)[-WEEKDAY_DAYS:]
    from_mean = history[known] - history[known].mean()
    sums = np.bincount(known % WEEK, from_mean, WEEK)
    return sums / (np.bincount(known % WEEK, minlength=WEEK) + SHRINKING_DAYS)


def _errors(history: Numbers, days: int, method: Method) -> Numbers:
    """(origins, days): what came, less what was said on each day before."""
    known = _known(history)
    padded = np.concatenate([history, np.full(days, np.nan)])
    return np.array(
        [
            padded[origin : origin + days] - method(history[:origin], days)
            for origin in known[known >= FIRST_ORIGIN][-MAX_ORIGINS:]
        ]
    )


def _known(history: Numbers) -> NDArray[np.intp]:
    """Which days are."""
    return np.flatnonzero(~np.isnan(history))
