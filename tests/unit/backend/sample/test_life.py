"""How a simulated person lives."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from backend.sample.life import Life, live
from backend.sample.minutes import A_DAY, AN_HOUR, Doing, Room
from backend.sample.story import OUTING_WEEKDAY, Story, story_of

ROOMS = [Room.BEDROOM, Room.LIVING_ROOM, Room.KITCHEN]


@cache
def told() -> Story:
    return story_of(date(2026, 11, 22), 90, 1)


@cache
def lived() -> Life:
    return live(told(), 1, ROOMS)


def numbers(after: date, before: date) -> range:
    """The days from the one on to before the other."""
    first = told().days.first
    return range((after - first).days, (before - first).days)


def mean(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", days: range) -> float:
    """A day, of something that is known of each minute."""
    return float(values.reshape(-1, A_DAY).sum(axis=1)[days.start : days.stop].mean())


def test_times_up_are_in_the_night_and_each_is_one_by_itself() -> None:
    minutes, found = lived().minutes, []
    for number in range(1, len(told().days.all)):
        night = minutes.part(number * A_DAY - 2 * AN_HOUR, number * A_DAY + 6 * AN_HOUR)
        leaves = np.flatnonzero((night.doing[:-1] == Doing.LYING) & (night.doing[1:] == 1))
        assert (np.diff(leaves) > 20).all()
        assert np.isin(night.room, [Room.BEDROOM, Room.ELSEWHERE]).all()
        found.append(len(leaves))
    assert found == list(lived().times_up)[1:]


def test_nights_become_restless_from_a_day_on() -> None:
    story, up = told(), np.array(lived().times_up)
    before = up[numbers(story.days.first, story.restless_from)]
    after = up[numbers(story.restless_from, story.days.last)]
    assert after.mean() > 1.7 * before.mean()


def test_with_the_pills_there_is_less_walking_slower_and_fewer_rises() -> None:
    story, minutes = told(), lived().minutes
    before = numbers(story.days.first, story.pills_from)
    after = numbers(story.pills_from, story.visited.first)
    assert mean(minutes.walked_sec, after) < 0.85 * mean(minutes.walked_sec, before)
    assert mean(minutes.rises.astype(float), after) < 0.9 * mean(
        minutes.rises.astype(float), before
    )
    speed = [
        mean(minutes.walked_lengths, days) / mean(minutes.walked_sec, days)
        for days in (before, after)
    ]
    assert speed[1] / speed[0] == pytest.approx(0.8, abs=0.04)


def test_afternoons_of_wednesdays_are_spent_elsewhere() -> None:
    rooms = lived().minutes.room.reshape(-1, A_DAY)
    for day, room in zip(told().days.all, rooms, strict=True):
        is_out = bool((room[870:1000] == Room.ELSEWHERE).all())
        assert is_out == (day.weekday() == OUTING_WEEKDAY)


def test_falls_are_where_a_camera_sees_them() -> None:
    rooms = [Room.BEDROOM, Room.LIVING_ROOM]
    life = live(told(), 1, rooms)
    assert len(life.falls) == len(told().fall_days)
    for fall in life.falls:
        floor = life.minutes.part(fall.minute, fall.minute + fall.minutes)
        assert (floor.doing == Doing.ON_FLOOR).all()
        assert fall.room in rooms
        assert (floor.room == fall.room).all()


def test_same_seed_gives_the_same_life() -> None:
    again = live(told(), 1, ROOMS).minutes
    assert (again.doing == lived().minutes.doing).all()
    assert (again.walked_lengths == lived().minutes.walked_lengths).all()
    assert (live(told(), 2, ROOMS).minutes.doing != again.doing).any()
