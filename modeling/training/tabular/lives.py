"""Simulated days of people who live alone, some of whom fall: in the columns of `person_days`.

Nobody has lived these days. Each person has a frailty f, normal. Each day they are worse than usual
by x: yesterday's times 0.97 and normal noise of 0.15, and 1.5 more in an illness, of which one
begins every 150 days and lasts a fortnight. Then:

- they walk at v = 0.75 - 0.06 f - 0.05 x body lengths a second (and 0.08 between people), and the
  camera measures it with an error of 0.05; on one day of twenty nobody was seen to walk;
- they are up n times at night, a Poisson number around m = exp(0.1 + 0.2 f + 0.25 x), and 0.3
  between people;
- they fall that day with the hazard exp(-6.6 + 6 (0.75 - v) + 0.35 (m - 1.2) + 0.8 r), r being 1
  where they fell within the last four weeks. Slower walking and more times up at night raise it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.training.tabular.table import Table, number, text, time

PEOPLE, DAYS = 2000, 400
FIRST_DAY = 18_993.0
WARM_UP = 60
"""Days before the first that is told, so that nobody begins as usual."""
RECENT = 28

UNITS = {
    "active_hours": "h", "still_hours": "h", "lying_hours": "h", "first_moved_hour": "h",
    "walked_minutes": "min", "walking_speed": "body lengths/s",
}  # fmt: skip
"""As the record has them."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Dwellers:
    """What differs between people, all (P,)."""

    frailty: Numbers
    speed: Numbers
    nights: Numbers

    @classmethod
    def drawn(cls, rng: np.random.Generator, people: int) -> Self:
        """Some people."""
        return cls(
            rng.normal(size=people),
            rng.normal(scale=0.08, size=people),
            rng.normal(scale=0.3, size=people),
        )

    def speed_when(self, worse: Numbers) -> Numbers:
        """(P,) body lengths a second."""
        return 0.75 - 0.06 * self.frailty - 0.05 * worse + self.speed

    def nights_when(self, worse: Numbers) -> Numbers:
        """(P,) times up at night on average."""
        mean: Numbers = np.exp(0.1 + 0.2 * self.frailty + 0.25 * worse + self.nights)
        return mean


def hazard(speed: Numbers, nights: Numbers, fell_lately: NDArray[np.bool_]) -> Numbers:
    """How probable a fall is on a day."""
    rate: Numbers = np.exp(-6.6 + 6.0 * (0.75 - speed) + 0.35 * (nights - 1.2) + 0.8 * fell_lately)
    return np.minimum(rate, 1.0)


def simulate_lives(seed: int = 0, people: int = PEOPLE, days: int = DAYS) -> Table:
    """One row per day and `person`, in the order of people and days."""
    rng = np.random.default_rng(seed)
    who = Dwellers.drawn(rng, people)
    worse, speed, nights, falls = (np.zeros((people, days)) for _ in range(4))
    state, ill, since_fall = np.zeros(people), np.zeros(people), np.full(people, np.inf)
    for step in range(-WARM_UP, days):
        ill = np.where(rng.random(people) < 1.0 / 150.0, 14.0, np.maximum(ill - 1.0, 0.0))
        state = 0.97 * state + rng.normal(scale=0.15, size=people)
        now = state + 1.5 * (ill > 0.0)
        v, m = who.speed_when(now), who.nights_when(now)
        fell = rng.random(people) < hazard(v, m, since_fall < RECENT)
        since_fall = np.where(fell, 0.0, since_fall + 1.0)
        if step >= 0:
            worse[:, step], speed[:, step], nights[:, step], falls[:, step] = now, v, m, fell
    return _table(rng, worse, speed, nights, falls)


def _table(
    rng: np.random.Generator, worse: Numbers, speed: Numbers, nights: Numbers, falls: Numbers
) -> Table:
    """What the cameras would have said of (P, D) days."""
    people, days = worse.shape

    def around(mean: Numbers, spread: float) -> Numbers:
        return np.maximum(0.0, mean + rng.normal(scale=spread, size=mean.shape))

    seen = np.where(rng.random(worse.shape) < 0.05, np.nan, around(speed, 0.05))
    columns = {
        "active_hours": around(5.0 - 0.6 * worse, 1.0),
        "still_hours": around(7.0 + 0.3 * worse, 1.2),
        "lying_hours": around(8.5 + 0.4 * worse, 0.8),
        "times_up_at_night": rng.poisson(nights).astype(np.float64),
        "first_moved_hour": around(7.0 + 0.15 * worse, 0.6),
        "walked_minutes": around(30.0 - 5.0 * worse, 8.0),
        "walking_speed": seen,
        "rises": around(22.0 - 2.0 * worse, 5.0),
        "falls": falls,
    }
    return Table(
        {
            "person": text(np.repeat([f"person-{index}" for index in range(people)], days)),
            "day": time(np.tile(FIRST_DAY + np.arange(days), people)),
            **{name: number(cells.ravel()) for name, cells in columns.items()},
        }
    )
