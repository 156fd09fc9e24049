"""Whether two ways of sorting the same rows have to do with each other."""

import math
from dataclasses import dataclass

import numpy as np

from backend.tools.selection import Numbers

SMALL, MAX_SMALL_SHARE = 5.0, 0.2


@dataclass(frozen=True)
class Association:
    """Pearson's chi-square of a table of counts, with the counts that chance would give.

    `cramers_v` is 0 where they have nothing to do with each other, and 1 where one says the other.
    """

    expected: Numbers
    chi_square: float
    freedom: int
    p: float
    cramers_v: float

    @property
    def is_unsure(self) -> bool:
        """Whether too many counts are small for the test (Cochran 1954)."""
        is_small = self.expected < SMALL
        return bool(is_small.mean() > MAX_SMALL_SHARE or (self.expected < 1).any())


def association(counts: Numbers) -> Association:
    """Of a table with at least two rows and two columns, none of which is empty."""
    from scipy.special import chdtrc

    total = counts.sum()
    expected: Numbers = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    v = math.sqrt(chi_square / (total * (min(counts.shape) - 1)))
    return Association(expected, chi_square, freedom, float(chdtrc(freedom, chi_square)), v)
