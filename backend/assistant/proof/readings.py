"""What a number in a text may mean, and whether a value of an answer is that."""

from dataclasses import dataclass
from datetime import date

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
PERCENT = "%"
EPSILON = 1e-9


@dataclass(frozen=True)
class Amount:
    """So much, give or take what was rounded; `unit` is one of SECONDS, PERCENT, or unsaid."""

    value: float
    tolerance: float
    unit: str | None = None

    def is_of(self, value: float, unit: str | None) -> bool:
        """Whether this is how a value of an answer is written. A fall by 3 is -3 there."""
        return any(self._is_near(it) for it in self._as_written(value, unit))

    def _as_written(self, value: float, unit: str | None) -> list[float]:
        """The value in this unit; one without a unit may be of any, a share may be a percentage."""
        if self.unit in SECONDS and unit in SECONDS:
            return [value * SECONDS[unit] / SECONDS[self.unit]]
        if self.unit == PERCENT and unit is None:
            return [value, value * 100]
        if self.unit is None or unit is None or self.unit == unit:
            return [value]
        return []

    def _is_near(self, value: float) -> bool:
        bound = self.tolerance + EPSILON * max(1.0, abs(self.value))
        return abs(abs(value) - abs(self.value)) <= bound


@dataclass(frozen=True)
class Day:
    """A day, month or year: what is None was not said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def is_of(self, day: date) -> bool:
        """Whether this names a day of an answer."""
        said = ((self.year, day.year), (self.month, day.month), (self.day, day.day))
        return all(wanted in (None, found) for wanted, found in said)


@dataclass(frozen=True)
class Clock:
    """A time of day: minutes since midnight, several where it may be before or after noon."""

    minutes: tuple[int, ...]
    tolerance: float

    def is_of(self, minutes: float) -> bool:
        """Whether this is how a time of an answer is written."""
        return any(abs(minutes - it) <= self.tolerance + EPSILON for it in self.minutes)


Reading = Amount | Day | Clock


@dataclass(frozen=True)
class Mention:
    """A number in a text, as it is written at `start`; one of its readings has to be proved."""

    text: str
    start: int
    readings: tuple[Reading, ...]
