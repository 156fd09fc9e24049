"""Who the made people are: the same forty in every data set, some of them kept for the test."""

import numpy as np

from modeling.training.synthetic.take import Person

_COUNT = 40
_HELD_OUT = 10


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
