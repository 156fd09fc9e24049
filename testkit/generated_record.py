"""The tables of a record that nobody lived, of any size: generated, and the same for a seed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import numpy as np

from contract.record import RecordTable
from contract.tools import Cell
from testkit.record_rows import HOUR_SEC, days_from, incident
from testkit.record_tables import Row, Rows

PLACES = ("거실", "침실", "부엌", "욕실 앞", "현관", "복도")
VERDICTS = ("fall", "false_alarm", "false_alarm", "not_sure", None)
INCIDENTS_A_DAY = 2.0
DELAY_SEC = 0.3
BLIND_SHARE = 0.03


def generated_record(
    last: date, days: int, cameras: int, seed: int = 0, beats_an_hour: int = 1
) -> Rows:
    """Hours, days, incidents and heartbeats of so many days up to `last`."""
    chance = np.random.default_rng(seed)
    whole = days_from(last - timedelta(days=days - 1), days)
    return {
        RecordTable.HOURS: list(_hours(whole, cameras, chance)),
        RecordTable.PERSON_DAYS: [_person_day(day, chance) for day in whole],
        RecordTable.INCIDENTS: list(_incidents(whole, cameras, chance)),
        RecordTable.EVENTS: list(_beats(whole, cameras, beats_an_hour)),
    }


def _hours(days: list[date], cameras: int, chance: np.random.Generator) -> Iterator[Row]:
    for day in days:
        shares = chance.dirichlet((1.0, 2.0, 2.0, 5.0), (24, cameras)) * HOUR_SEC
        is_blind = chance.random((24, cameras)) < BLIND_SHARE
        for number in range(24):
            for camera in range(cameras):
                seconds = np.append(shares[number, camera], 0.0)
                if is_blind[number, camera]:
                    seconds = np.array([0.0, 0.0, 0.0, 0.0, HOUR_SEC])
                yield _hour(day, number, camera, seconds.tolist())


def _hour(day: date, number: int, camera: int, seconds: list[float]) -> Row:
    active, still, lying, nobody, blind = seconds
    began_at = datetime.combine(day, time(number))
    return {
        "began_at": began_at,
        "day": day,
        "hour": number,
        "weekday": day.isoweekday(),
        "camera_id": f"cam{camera}",
        "place": PLACES[camera % len(PLACES)],
        "active_sec": active,
        "still_sec": still,
        "lying_sec": lying,
        "nobody_sec": nobody,
        "blind_sec": blind,
        "stirs": int(active > HOUR_SEC / 10),
        "moved_first_at": began_at,
        "moved_last_at": began_at + timedelta(seconds=active),
        "walked_sec": active / 10,
        "walked_lengths": active / 14,
        "rises": int(active > HOUR_SEC / 5),
    }


def _person_day(day: date, chance: np.random.Generator) -> Row:
    is_out = day.isoweekday() == 3
    active = float(chance.normal(3.0 if is_out else 5.0, 0.5))
    return {
        "day": day,
        "active_hours": active,
        "still_hours": 8.0,
        "lying_hours": 9.0,
        "times_up_at_night": int(chance.poisson(2.0)),
        "first_moved_hour": 7.0,
        "last_moved_hour": 21.5,
        "walked_minutes": 10 * active,
        "walking_speed": float(chance.normal(0.7, 0.05)),
        "rises": int(chance.poisson(12)),
        "incidents": int(chance.poisson(INCIDENTS_A_DAY)),
        "false_alarms": int(chance.poisson(1.0)),
    }


def _incidents(days: list[date], cameras: int, chance: np.random.Generator) -> Iterator[Row]:
    for day in days:
        for number in sorted(set(chance.integers(0, 24, chance.poisson(INCIDENTS_A_DAY)).tolist())):
            camera = int(chance.integers(cameras))
            answered = float(chance.exponential(90.0)) if chance.random() < 0.9 else None
            cells: dict[str, Cell] = {
                "camera_id": f"cam{camera}",
                "place": PLACES[camera % len(PLACES)],
                "verdict": VERDICTS[int(chance.integers(len(VERDICTS)))],
                "answered_after_sec": answered,
                "answer": "going" if answered else None,
                "floor_sec": answered,
            }
            yield incident(day, number, **cells)


def _beats(days: list[date], cameras: int, an_hour: int) -> Iterator[Row]:
    for day in days:
        for number in range(24 * an_hour):
            at = datetime.combine(day, time()) + number * timedelta(hours=1) / an_hour
            for camera in range(cameras):
                yield {
                    "at": at,
                    "day": day,
                    "event_type": "HEARTBEAT",
                    "camera_id": f"cam{camera}",
                    "place": PLACES[camera % len(PLACES)],
                    "fps": 10.0,
                    "pose_share": 0.5,
                    "delay_sec": DELAY_SEC,
                }
