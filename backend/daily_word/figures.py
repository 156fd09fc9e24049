"""What is said of a day, from its hours and those of the two weeks before. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from backend.activity.store import HourShown
from backend.alerts.message.daily_word import DailyFigures

USUAL_DAYS = 14
LEAST_DAYS = 3
"""Fewer days say nothing of what is usual."""
LEAST_WATCHED = 0.5
"""A day of which less was seen says nothing of what is usual."""
NIGHT_FROM, NIGHT_UNTIL = 22, 6
UP_FROM = 4
"""Who moves before this hour is not taken to be up for the day."""
UP_SEC = 300.0
"""So long somebody moves in the hour in which one is up."""


def first_day(today: date) -> date:
    """The oldest day that counts."""
    return today - timedelta(days=USUAL_DAYS)


def figures(hours: Sequence[HourShown], now: float, zone: ZoneInfo) -> DailyFigures:
    """Of the day of `now`, up to then, with the hours of all cameras from `first_day` on.

    What several cameras saw at a time is added up: the usual day is made in the same way.
    """
    local = datetime.fromtimestamp(now, zone)
    today, since_midnight = (
        local.date(),
        local.replace(tzinfo=None) - datetime.combine(local.date(), time()),
    )
    by_day: defaultdict[date, list[HourShown]] = defaultdict(list)
    for hour in hours:
        at = datetime.fromtimestamp(hour.began_at, zone)
        if at.hour < local.hour:  # only whole hours can be compared
            by_day[at.date()].append(hour)
    cameras = {hour.camera_id for hour in hours}
    elapsed = max(since_midnight.total_seconds(), 1.0) * max(len(cameras), 1)
    seen = _seen(hour for hour in hours if _day(hour, zone) == today)
    return DailyFigures(
        up_at=_up_at([hour for hour in hours if _day(hour, zone) == today], zone),
        active_share=_active_share(by_day, today, local.hour * 3600.0 * max(len(cameras), 1)),
        night_stirs=_night_stirs(hours, today, zone),
        watched_share=min(1.0, seen / elapsed) if seen else None,
    )


def _day(hour: HourShown, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(hour.began_at, zone).date()


def _seen(hours: Iterable[HourShown]) -> float:
    """Seconds in which a camera could see."""
    return sum(it.active_sec + it.still_sec + it.lying_sec + it.nobody_sec for it in hours)


def _up_at(today: Sequence[HourShown], zone: ZoneInfo) -> float | None:
    """When somebody first moved, in the first hour in which somebody moved for long."""
    active: defaultdict[float, float] = defaultdict(float)
    for hour in today:
        active[hour.began_at] += hour.active_sec
    for began_at in sorted(active):
        is_day = datetime.fromtimestamp(began_at, zone).hour >= UP_FROM
        if is_day and active[began_at] >= UP_SEC:
            moved = [it.moved_first_at for it in today if it.began_at == began_at]
            return min((at for at in moved if at is not None), default=began_at)
    return None


def _active_share(
    by_day: dict[date, list[HourShown]], today: date, whole_sec: float
) -> float | None:
    """How active today was, of the median of the days before of which enough was seen."""
    usual = [
        sum(hour.active_sec for hour in hours)
        for day, hours in by_day.items()
        if day != today and _seen(hours) >= LEAST_WATCHED * whole_sec
    ]
    todays = by_day.get(today, [])
    if len(usual) < LEAST_DAYS or not todays or not median(usual):
        return None
    return sum(hour.active_sec for hour in todays) / median(usual)


def _night_stirs(hours: Sequence[HourShown], today: date, zone: ZoneInfo) -> int | None:
    """How often somebody began to move in the last night, as the camera says that saw most of it.

    None where no camera could see.
    """
    stirs: defaultdict[str, int] = defaultdict(int)
    for hour in hours:
        at = datetime.fromtimestamp(hour.began_at, zone)
        is_late = at.date() == today - timedelta(days=1) and at.hour >= NIGHT_FROM
        is_early = at.date() == today and at.hour < NIGHT_UNTIL
        if (is_late or is_early) and _seen([hour]):
            stirs[hour.camera_id] += hour.stirs
    return max(stirs.values(), default=None)
