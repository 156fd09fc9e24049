"""A simulated life: a story and a seed become the minutes of a person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from backend.sample.minutes import A_DAY, AN_HOUR, Doing, Minutes, Room
from backend.sample.story import OUTING_HOURS, OUTING_WEEKDAY, Story

NIGHT_BEGINS, NIGHT_LASTS = -2 * AN_HOUR, 8 * AN_HOUR
"""From 22 h of the evening before to 6 h, within which the person is in bed."""
SPEED = 0.42
"""Lengths of the body a second."""
WALKED_SEC = 14.0
"""Of a minute in which somebody is active."""
MEAL_SITTING = 5.0
"""Minutes, as in Pace."""


@dataclass(frozen=True)
class Fall:
    """In which minute, where, and how many minutes until somebody was up again.

    Of one that is a `slide` the camera sees no fall, but somebody on the floor.
    """

    minute: int
    room: Room
    minutes: int
    is_slide: bool


@dataclass(frozen=True)
class Life:
    """All minutes of a story. `times_up` is of each day: how often the person got up in the night
    that ends on it."""

    minutes: Minutes
    times_up: Sequence[int]
    falls: Sequence[Fall]


@dataclass(frozen=True)
class Pace:
    """How somebody is at a time of life: how many minutes a sitting lasts on the average, how fast
    a walk is and how much of it there is against before, and how many times up a night has."""

    sitting: float
    speed: float
    walks: float
    times_up: float


def live(story: Story, seed: int, rooms: Sequence[Room]) -> Life:
    """Live the story; falls happen in `rooms`, where a camera sees them."""
    days = story.days.all
    minutes = Minutes.in_bed(len(days) * A_DAY)
    times_up: list[int] = []
    falls: list[Fall] = []
    for number, day in enumerate(days):
        chance = np.random.default_rng((seed, 2, number))
        begin, pace = number * A_DAY, pace_of(story, day)
        _day(minutes, begin, day, pace, chance)
        times_up.append(_night(minutes, begin, pace, chance))
        if day in story.fall_days:
            falls.append(_fall(minutes, begin, rooms, len(falls), chance))
    for number, day in enumerate(days):
        part = minutes.part(number * A_DAY, (number + 1) * A_DAY)
        _walk(part, pace_of(story, day), np.random.default_rng((seed, 3, number)))
    minutes.count_rises()
    return Life(minutes, times_up, falls)


def pace_of(story: Story, day: date) -> Pace:
    """How the person is on that day."""
    has_pills = day >= story.pills_from
    sitting = 21.0 if has_pills else 14.0
    return Pace(
        sitting=0.7 * sitting if day in story.visited else sitting,
        speed=0.8 if has_pills else 1.0,
        walks=0.85 if has_pills else 1.0,
        times_up=2.8 if day >= story.restless_from else 1.1,
    )


def _day(minutes: Minutes, begin: int, day: date, pace: Pace, chance: np.random.Generator) -> None:
    """From getting up to going to bed."""
    wake = begin + int(chance.integers(365, 410))
    bed = begin + int(chance.integers(1270, 1310))
    minutes.put(wake, wake + 2, Room.BEDROOM, Doing.ACTIVE)
    minutes.put(wake + 2, wake + 12, Room.ELSEWHERE, Doing.ACTIVE)
    _be_in(minutes, wake + 12, wake + 50, Room.KITCHEN, MEAL_SITTING, chance)
    _be_in(minutes, wake + 50, bed - 2, Room.LIVING_ROOM, pace.sitting, chance)
    minutes.put(bed - 2, bed, Room.BEDROOM, Doing.ACTIVE)
    _noon(minutes, begin, chance)
    if day.weekday() == OUTING_WEEKDAY:
        leaves, returns = (begin + hour * AN_HOUR for hour in OUTING_HOURS)
        late = int(chance.integers(-15, 16))
        minutes.put(leaves + late, returns + late, Room.ELSEWHERE, Doing.ACTIVE)


def _noon(minutes: Minutes, begin: int, chance: np.random.Generator) -> None:
    """Two meals, a nap between them, and now and then the bathroom."""
    for meal in (begin + 12 * AN_HOUR, begin + 17 * AN_HOUR + 30):
        _be_in(minutes, meal, meal + 55, Room.KITCHEN, MEAL_SITTING, chance)
    nap = begin + 13 * AN_HOUR
    minutes.put(nap, nap + int(chance.integers(30, 50)), Room.LIVING_ROOM, Doing.LYING)
    for at in chance.integers(9 * AN_HOUR, 20 * AN_HOUR, 4):
        minutes.put(begin + int(at), begin + int(at) + 5, Room.ELSEWHERE, Doing.ACTIVE)


def _be_in(
    minutes: Minutes, begin: int, end: int, room: Room, sitting: float, chance: np.random.Generator
) -> None:
    """Sit and be about by turns."""
    minutes.put(begin, end, room, Doing.ACTIVE)
    at = begin
    while at < end:
        at += int(chance.integers(2, 6))
        until = min(end, at + 1 + int(chance.exponential(sitting)))
        minutes.put(min(at, end), until, room, Doing.STILL)
        at = until


def _night(minutes: Minutes, begin: int, pace: Pace, chance: np.random.Generator) -> int:
    """Get up a few times; how often, as far as the record has that night.

    The times are so far apart that each is one, and each is over within ten minutes.
    """
    wanted = min(int(chance.poisson(pace.times_up)), 6)
    slots = chance.choice(NIGHT_LASTS // 60 - 1, size=wanted, replace=False)
    times = [begin + NIGHT_BEGINS + 30 + 60 * int(it) + int(chance.integers(0, 40)) for it in slots]
    lasting = [int(it) for it in chance.integers(3, 8, wanted)]
    found = [(at, away) for at, away in zip(times, lasting, strict=True) if at > 0]
    for at, away in found:
        back = at + 1 + away
        minutes.put(at, back + 1, Room.BEDROOM, Doing.ACTIVE)
        minutes.put(at + 1, back, Room.ELSEWHERE, Doing.ACTIVE)
    return len(found)


def _fall(
    minutes: Minutes, begin: int, rooms: Sequence[Room], number: int, chance: np.random.Generator
) -> Fall:
    """Fall once between 9 and 17 h, while being about; every third is a slide."""
    day = slice(begin + 9 * AN_HOUR, begin + 17 * AN_HOUR)
    is_about = (minutes.doing[day] == Doing.ACTIVE) & np.isin(minutes.room[day], list(rooms))
    minute = day.start + int(chance.choice(np.flatnonzero(is_about)))
    fall = Fall(minute, Room(minutes.room[minute]), int(chance.integers(8, 15)), number % 3 == 2)
    minutes.put(minute, minute + fall.minutes, fall.room, Doing.ON_FLOOR)
    minutes.put(minute + fall.minutes, minute + fall.minutes + 2, fall.room, Doing.ACTIVE)
    return fall


def _walk(day: Minutes, pace: Pace, chance: np.random.Generator) -> None:
    """Fill what was walked of a day."""
    is_active = day.doing == Doing.ACTIVE
    count = len(day.doing)
    day.walked_sec[:] = is_active * WALKED_SEC * pace.walks * chance.uniform(0.6, 1.4, count)
    speed = SPEED * pace.speed * chance.normal(1.0, 0.03) * chance.uniform(0.9, 1.1, count)
    day.walked_lengths[:] = day.walked_sec * speed
