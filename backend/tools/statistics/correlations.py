"""Correlations of pairs that are independent of each other."""

import math

import numpy as np

from backend.tools.selection import Numbers
from backend.tools.statistics.intervals import Estimate, t_estimate

_NORMAL = 1.959963984540054


def pearson(x: Numbers, y: Numbers) -> Estimate:
    """Of at least four pairs, with Fisher's interval; NaN where one is the same everywhere."""
    return _estimate(_coefficient(x, y), len(x), 1.0)


def spearman(x: Numbers, y: Numbers) -> Estimate:
    """That of the ranks; the interval is that of Bonett and Wright (2000)."""
    coefficient = _coefficient(ranks(x), ranks(y))
    return _estimate(coefficient, len(x), 1 + coefficient**2 / 2)


def ranks(values: Numbers) -> Numbers:
    """The rank of each from 1 on; equal ones share the mean of theirs."""
    order = np.argsort(values)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.concatenate([first, [len(values)]]))
    found = np.empty(len(values))
    found[order] = np.repeat(first + (counts + 1) / 2, counts)
    return found


def _coefficient(x: Numbers, y: Numbers) -> float:
    x, y = _standardised(x), _standardised(y)
    return float(np.clip(np.dot(x, y), -1, 1))


def _standardised(values: Numbers) -> Numbers:
    """Around 0 and of length 1; NaN where all are the same."""
    if np.ptp(values) == 0:
        return np.full(len(values), math.nan)
    around = values / np.max(np.abs(values))
    around = around - np.mean(around)
    shown: Numbers = around / np.linalg.norm(around)
    return shown


def _estimate(coefficient: float, pairs: int, spread: float) -> Estimate:
    if abs(coefficient) >= 1:
        return Estimate(coefficient, coefficient, coefficient, 0.0)
    half = _NORMAL * math.sqrt(spread / (pairs - 3))
    middle = math.atanh(coefficient)
    error = math.sqrt((1 - coefficient**2) / (pairs - 2))
    p = t_estimate(coefficient, error, pairs - 2).p
    return Estimate(coefficient, math.tanh(middle - half), math.tanh(middle + half), p)
