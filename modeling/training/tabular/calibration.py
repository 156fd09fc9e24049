"""What is learnt of the trees' errors on rows held out: how probable, and from where to where."""

import numpy as np
from numpy.typing import NDArray

from modeling.tabular.checkpoint import Calibration, Intervals

LEAST_SLOPE = 1e-3
MOST_BINS = 10
ROWS_OF_A_BIN = 200

Numbers = NDArray[np.float64]


def calibrate(log_odds: Numbers, truth: Numbers) -> Calibration:
    """Platt's scaling (Platt, 1999) of trees whose raw answers are log-odds.

    Trees that say less than nothing are not turned round: nearly the share of all is answered.
    """
    from sklearn.linear_model import LogisticRegression  # seconds to import

    fitted = LogisticRegression(C=np.inf).fit(log_odds[:, None], truth)
    slope = float(fitted.coef_[0, 0])
    if slope > LEAST_SLOPE:
        return Calibration(slope=slope, intercept=float(fitted.intercept_[0]))
    share = truth.mean()
    intercept = np.log(share / (1.0 - share)) - LEAST_SLOPE * log_odds.mean()
    return Calibration(slope=LEAST_SLOPE, intercept=float(intercept))


def probability(log_odds: Numbers, calibration: Calibration) -> Numbers:
    """(N,) calibrated probabilities."""
    scaled: Numbers = 1.0 / (1.0 + np.exp(-(log_odds * calibration.slope + calibration.intercept)))
    return scaled


def intervals_of(answer: Numbers, truth: Numbers, coverage: float) -> Intervals:
    """Mondrian conformal intervals (Boström and Johansson, 2020): a bin has its own residuals.

    The bins hold as many answers each, so that an interval is as wide as answers of its size need.
    """
    bins = int(np.clip(len(answer) // ROWS_OF_A_BIN, 1, MOST_BINS))
    edges = np.unique(np.quantile(answer, np.arange(1, bins) / bins))
    bin_of = np.searchsorted(edges, answer, side="right")
    residual = truth - answer
    parts = [residual[bin_of == each] for each in range(len(edges) + 1)]
    # Ties leave a bin few answers, or none: there the residuals of all say how far the truth is.
    least = 2.0 / (1.0 - coverage) - 1.0
    ends = [_ends(part if len(part) >= least else residual, coverage) for part in parts]
    return Intervals(
        coverage=coverage,
        edges=tuple(edges.tolist()),
        low=tuple(low for low, _ in ends),
        high=tuple(high for _, high in ends),
    )


def within(answer: Numbers, truth: Numbers, intervals: Intervals) -> NDArray[np.bool_]:
    """(N,) whether the truth lies in the interval of the answer."""
    bin_of = np.searchsorted(intervals.edges, answer, side="right")
    low, high = (np.asarray(ends)[bin_of] for ends in (intervals.low, intervals.high))
    residual = truth - answer
    return (low <= residual) & (residual <= high)


def _ends(residuals: Numbers, coverage: float) -> tuple[float, float]:
    """The residuals at the conformal ranks of half the rest at either end."""
    tail, count = (1.0 - coverage) / 2.0, len(residuals)
    ordered = np.sort(residuals)
    below = max(int(np.floor((count + 1) * tail)) - 1, 0)
    above = min(int(np.ceil((count + 1) * (1.0 - tail))) - 1, count - 1)
    return float(ordered[below]), float(ordered[above])
