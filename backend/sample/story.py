"""What a simulated person's life is made of: what changes in it, and when. Pure.

All of it is simulated, and known beforehand, so that answers to questions can be held against it.
"""

from datetime import date, timedelta

import numpy as np
from pydantic import BaseModel, ConfigDict

FEWEST_DAYS = 7
OUTING_WEEKDAY = 2
"""As Monday is 0."""
OUTING_HOURS = (14, 17)
CAT_HOURS = (18, 19)
SUNLIGHT_HOURS = (8, 9)
DARK_HOURS = (23, 5)
VISIT_HOURS = (10, 18)


class Days(BaseModel):
    """Days in a row, both named ones included."""

    model_config = ConfigDict(frozen=True)

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def all(self) -> list[date]:
        """Each of them, in their order."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]


class Story(BaseModel):
    """When what is so in the `days` of a record.

    From `restless_from` on the person is up more often at night, from `pills_from` on, when new
    pills are taken, walks less and slower and gets up less. In the days `away` one camera is
    without power, from before midnight on in the `dark_nights` another one sees nothing. In the
    days `visited` somebody is there. A cat is taken for a fall on `cat_days`, the light of the
    morning sun on `sunlight_days`.
    """

    model_config = ConfigDict(frozen=True)

    days: Days
    restless_from: date
    pills_from: date
    away: Days
    dark_nights: Days
    visited: Days
    fall_days: tuple[date, ...]
    cat_days: tuple[date, ...]
    sunlight_days: tuple[date, ...]


def story_of(last: date, count: int, seed: int) -> Story:
    """The story of `count` days up to `last`, at least FEWEST_DAYS; a short one has all parts."""
    days = Days(first=last - timedelta(days=count - 1), last=last)
    pills_from = _at(days, 5 / 9)
    away, visited = _days(days, 1 / 3, 2), _days(days, 3 / 4, max(2, round(count * 7 / 90)))
    dark = _days(days, 1 / 9, max(2, count // 18))
    chance = np.random.default_rng((seed, 1))
    quiet = [it for it in days.all[1:-1] if it not in away and it not in visited]
    before = [it for it in quiet if it < pills_from]
    after = [it for it in quiet if it >= pills_from]
    return Story(
        days=days,
        restless_from=_at(days, 2 / 5),
        pills_from=pills_from,
        away=away,
        dark_nights=dark,
        visited=visited,
        fall_days=(*_some(before, 1, chance), *_some(after, max(1, count // 22), chance)),
        cat_days=_some(quiet, max(3, count // 4), chance),
        sunlight_days=_some(quiet, max(1, count // 7), chance),
    )


def _at(days: Days, share: float) -> date:
    return days.first + timedelta(days=round(len(days.all) * share))


def _days(days: Days, share: float, count: int) -> Days:
    first = _at(days, share)
    return Days(first=first, last=min(days.last, first + timedelta(days=count - 1)))


def _some(days: list[date], count: int, chance: np.random.Generator) -> tuple[date, ...]:
    numbers = chance.choice(len(days), size=min(count, len(days)), replace=False)
    return tuple(days[number] for number in sorted(numbers))
