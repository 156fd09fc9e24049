"""Rows of a record's tables, with what a test does not care about filled in."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from contract.tools import Cell
from testkit.record_tables import Row

HOUR_SEC = 3600.0
LIVING_ROOM = "거실"


def days_from(first: date, count: int) -> list[date]:
    """So many days."""
    return [first + timedelta(days=number) for number in range(count)]


def hour(
    day: date,
    number: int,
    camera_id: str = "cam1",
    place: str | None = LIVING_ROOM,
    **seconds: Cell,
) -> Row:
    """An hour whose `seconds` are given; in what is left of it there was nobody."""
    began_at = datetime.combine(day, time(number))
    given = sum(
        float(str(seconds.get(f"{it}_sec", 0))) for it in ("active", "still", "lying", "blind")
    )
    row: dict[str, Cell] = {
        "began_at": began_at,
        "day": day,
        "hour": number,
        "weekday": day.isoweekday(),
        "camera_id": camera_id,
        "place": place,
        "active_sec": 0.0,
        "still_sec": 0.0,
        "lying_sec": 0.0,
        "nobody_sec": HOUR_SEC - given,
        "blind_sec": 0.0,
        "stirs": 0,
        "walked_sec": 0.0,
        "walked_lengths": 0.0,
        "rises": 0,
    }
    return row | seconds


def hours_of(
    days: list[date], camera_id: str = "cam1", place: str | None = LIVING_ROOM, **seconds: Cell
) -> Iterator[Row]:
    """All hours of these days, each the same."""
    return (hour(day, number, camera_id, place, **seconds) for day in days for number in range(24))


def incident(day: date, number: int, **cells: Cell) -> Row:
    """A fall at this hour of which people were told, and nobody has said anything."""
    began_at = datetime.combine(day, time(number))
    row: dict[str, Cell] = {
        "incident_id": f"{began_at:%m%d%H}",
        "began_at": began_at,
        "day": day,
        "hour": number,
        "weekday": day.isoweekday(),
        "camera_id": "cam1",
        "place": LIVING_ROOM,
        "label": "fall",
        "is_test": False,
        "is_told": True,
    }
    return row | cells
