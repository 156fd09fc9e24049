"""Facts and columns, in the form in which all tools of the record give them."""

from math import isfinite
from typing import TYPE_CHECKING

from contract.tools import Cell, ColumnKind, Fact, TableColumn

if TYPE_CHECKING:
    from modeling.training.evaluate.intervals import Estimate

DIGITS = 2
SURE_DIGITS = 12
"""Beyond them a sum is another one each time, since threads add in any order: 28.545 would be
rounded to 28.54 or to 28.55."""
PERCENT = "%"


def rounded(value: float | None, digits: int = DIGITS) -> float | None:
    """For people; None for what is no number, and a count as it is."""
    if value is None or not isfinite(value):
        return None
    if isinstance(value, int):
        return value
    return round(float(f"{value:.{SURE_DIGITS}g}"), digits)


def fact(name: str, value: float | None, unit: str | None = None, digits: int = DIGITS) -> Fact:
    """A figure."""
    return Fact(name=name, value=rounded(value, digits), unit=unit)


def count(name: str, value: float) -> Fact:
    """A whole number."""
    return Fact(name=name, value=int(value))


def word(name: str, value: Cell) -> Fact:
    """A word, a day or a time."""
    return Fact(name=name, value=value)


def estimated(
    name: str, estimate: "Estimate | None", unit: str | None = None, digits: int = DIGITS
) -> tuple[Fact, ...]:
    """A figure, and the ends of its 95 % interval if it has one; nothing where there is none."""
    if estimate is None:
        return ()
    value = fact(name, estimate.value, unit, digits)
    if estimate.low is None or estimate.high is None:
        return (value,)
    low = fact(f"{name}_low", estimate.low, unit, digits)
    return value, low, fact(f"{name}_high", estimate.high, unit, digits)


def day(name: str) -> TableColumn:
    """A column of days."""
    return TableColumn(name=name, kind=ColumnKind.DAY)


def time(name: str) -> TableColumn:
    """A column of local times."""
    return TableColumn(name=name, kind=ColumnKind.TIME)
