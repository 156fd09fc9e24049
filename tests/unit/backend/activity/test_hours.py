"""Stretches as local hours."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.activity.course import Seconds, Stretch
from backend.activity.hours import hour_of, split

SEOUL = ZoneInfo("Asia/Seoul")


def at(zone: ZoneInfo, *moment: int, fold: int = 0) -> float:
    return datetime(*moment, tzinfo=zone, fold=fold).timestamp()  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("zone", ["Asia/Seoul", "Asia/Kolkata", "Europe/Berlin", "UTC"])
def test_hour_is_the_local_one(zone: str) -> None:
    where = ZoneInfo(zone)
    assert hour_of(at(where, 2026, 11, 29, 7, 59, 59), where) == at(where, 2026, 11, 29, 7)


def test_the_hour_that_comes_twice_in_autumn_is_two() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (at(berlin, 2026, 10, 25, 2, 30, fold=fold) for fold in (0, 1))
    assert second - first == 3600
    assert hour_of(second, berlin) - hour_of(first, berlin) == 3600


def test_stretch_is_parted_at_the_hour() -> None:
    begin = at(SEOUL, 2026, 11, 29, 7, 59, 50)
    found = list(split(Stretch(begin, begin + 40, Seconds(20, 20), moved=True, stir=True), SEOUL))
    assert [hour.began_at for hour in found] == [at(SEOUL, 2026, 11, 29, h) for h in (7, 8)]
    assert [asdict(hour.seconds)["active"] for hour in found] == [5, 15]
    assert [(hour.stirs, hour.moved_first_at) for hour in found] == [(0, None), (1, begin + 40)]


def test_silence_of_a_day_is_a_part_of_each_hour() -> None:
    begin = at(SEOUL, 2026, 11, 29, 7, 30)
    found = list(split(Stretch(begin, begin + 86_400, Seconds(blind=86_400)), SEOUL))
    assert len(found) == 25
    assert [round(hour.seconds.blind) for hour in found] == [1800, *[3600] * 23, 1800]


def test_hours_add_up() -> None:
    begin = at(SEOUL, 2026, 11, 29, 7)
    (one,) = split(Stretch(begin, begin + 10, Seconds(10), moved=True), SEOUL)
    (two,) = split(Stretch(begin + 10, begin + 20, Seconds(nobody=10)), SEOUL)
    both = one + two
    assert (both.seconds, both.moved_last_at) == (Seconds(10, nobody=10), begin + 10)
