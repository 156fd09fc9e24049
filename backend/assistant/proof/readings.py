"""What a number in a text may mean, and whether a value of an answer is that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
PERCENT = "%"
EPSILON = 1e-9


@dataclass(frozen=True)
class Amount:
    """So much, give or take what was rounded; `unit` is one of SECONDS, PERCENT, or unsaid."""

    value: float
    tolerance: float
    unit: str | None = None

    def spans(self, unit: str | None) -> list[tuple[float, float]]:
        """From where to where a value of an answer is written so, without its sign.

        A fall by 3 is -3 there.
        """
        bound = self.tolerance + EPSILON * max(1.0, abs(self.value))
        low, high = abs(self.value) - bound, abs(self.value) + bound
        return [(low / factor, high / factor) for factor in self._factors(unit)]

    def _factors(self, unit: str | None) -> list[float]:
        """How often a value of this unit is written as so much.

        One without a unit may be of any, a share may be a percentage.
        """
        if self.unit in SECONDS and unit in SECONDS:
            return [SECONDS[unit] / SECONDS[self.unit]]
        if self.unit == PERCENT and unit is None:
            return [1.0, 100.0]
        return [1.0] if self.unit is None or unit is None or self.unit == unit else []


@dataclass(frozen=True)
class Day:
    """A day, month or year: what is None was not said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @classmethod
    def names(cls, day: date) -> Iterator[Self]:
        """All that a day of an answer may be written as."""
        for year in (None, day.year):
            yield cls(year, day.month, day.day)
            yield cls(year, day.month)
        yield cls(year=day.year)
        yield cls(day=day.day)


@dataclass(frozen=True)
class Clock:
    """A time of day: minutes since midnight, several where it may be before or after noon."""

    minutes: tuple[int, ...]
    tolerance: float

    @property
    def spans(self) -> list[tuple[float, float]]:
        """From where to where a time of an answer is written so."""
        bound = self.tolerance + EPSILON
        return [(minute - bound, minute + bound) for minute in self.minutes]


Reading = Amount | Day | Clock


@dataclass(frozen=True)
class Mention:
    """A number in a text, as it is written at `start`; one of its readings has to be proved."""

    text: str
    start: int
    readings: tuple[Reading, ...]
