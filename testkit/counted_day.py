"""What the server counts of one day of a sample record, under the names of its truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backend.activity.service import ActivityService
from backend.activity.store import HourShown
from backend.incidents.days import bounds_of
from backend.sample.truth import DAY_BEGINS

HOUR_SEC, MINUTE_SEC = 3600.0, 60.0
NIGHT_HOURS = 2, 6
"""From so many hours before a midnight to so many after it."""


@dataclass(frozen=True)
class CountedDay:
    """All cameras together, as in `DayTruth`."""

    active_hours: float
    still_hours: float
    lying_hours: float
    blind_hours: float
    times_up_at_night: int
    first_moved_hour: float | None
    last_moved_hour: float | None
    walked_minutes: float
    walking_speed: float
    rises: int


def counted_day(activity: ActivityService, day: date) -> CountedDay:
    """Of this day, and of the night that ends on it."""
    midnight, end = bounds_of(day, activity.zone(1))
    hours = activity.between(1, midnight, end)
    before, after = (it * HOUR_SEC for it in NIGHT_HOURS)
    night = activity.between(1, midnight - before, midnight + after)
    walked = sum(it.walked_sec for it in hours)
    awake = [it for it in hours if it.began_at >= midnight + DAY_BEGINS * HOUR_SEC]
    return CountedDay(
        active_hours=_hours(it.active_sec for it in hours),
        still_hours=_hours(it.still_sec for it in hours),
        lying_hours=_hours(it.lying_sec for it in hours),
        blind_hours=_hours(it.blind_sec for it in hours),
        times_up_at_night=sum(it.stirs for it in night),
        first_moved_hour=min(_moves(awake, midnight, "moved_first_at"), default=None),
        last_moved_hour=max(_moves(awake, midnight, "moved_last_at"), default=None),
        walked_minutes=walked / MINUTE_SEC,
        walking_speed=sum(it.walked_lengths for it in hours) / max(walked, 1e-9),
        rises=sum(it.rises for it in hours),
    )


def _hours(seconds: Iterable[float]) -> float:
    return sum(seconds) / HOUR_SEC


def _moves(hours: Sequence[HourShown], midnight: float, name: str) -> list[float]:
    times = [getattr(hour, name) for hour in hours]
    return [(at - midnight) / HOUR_SEC for at in times if at is not None]
