"""Who the made people are: the same forty in every data set, some of them kept for the test."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

_COUNT = 40
_HELD_OUT = 10


@dataclass(frozen=True)
class Person:
    """Whose body it is: `height` in m, `weight` in kg; `stiffness` from 0 (young) to 1 (old)."""

    name: str
    sex: Literal["female", "male"]
    height: float
    weight: float
    stiffness: float


def _person(number: int) -> Person:
    rng = np.random.default_rng([number, 2029])
    is_female = bool(rng.random() < 0.6)
    height = rng.normal(1.58, 0.07) if is_female else rng.normal(1.70, 0.075)
    height = float(np.clip(height, 1.45, 1.9))
    mass_index = float(np.clip(rng.normal(25, 4), 18, 36))
    return Person(
        name=f"person-{number:02d}",
        sex="female" if is_female else "male",
        height=round(height, 3),
        weight=round(mass_index * height**2, 1),
        stiffness=round(float(rng.beta(2, 1.6)), 3),
    )


PEOPLE = tuple(_person(number) for number in range(_COUNT))
HELD_OUT_PEOPLE = frozenset(person.name for person in PEOPLE[-_HELD_OUT:])


def seat_of(person: Person) -> float:
    """How high, in m, a seat is on which the thighs are level and the feet flat."""
    bulk = np.sqrt(person.weight / (23.0 * person.height**2))
    return float(person.height * (0.285 - 0.072 * bulk))
