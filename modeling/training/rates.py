"""Counts as shares, with the interval that says how little a small count proves."""

from math import sqrt
from typing import Self

from pydantic import BaseModel, ConfigDict

NORMAL_QUANTILE = 1.959964  # 95 % of a normal distribution lie within as many deviations


class Rate(BaseModel):
    """`count` of `total`, with Wilson's 95 % interval (Wilson, 1927) from `low` to `high`."""

    model_config = ConfigDict(frozen=True)

    count: int
    total: int
    low: float
    high: float

    @classmethod
    def of(cls, count: int, total: int) -> Self:
        """The share and its interval: all of 0..1 where there was nothing to count."""
        if total == 0:
            return cls(count=0, total=0, low=0.0, high=1.0)
        share, z2 = count / total, NORMAL_QUANTILE**2
        scale = 1.0 + z2 / total
        center = (share + z2 / (2.0 * total)) / scale
        half = sqrt(z2 * (share * (1.0 - share) / total + z2 / (4.0 * total**2))) / scale
        return cls(
            count=count, total=total, low=max(0.0, center - half), high=min(1.0, center + half)
        )

    def __str__(self) -> str:
        return f"{self.count} of {self.total} ({self.low:.0%} to {self.high:.0%})"
