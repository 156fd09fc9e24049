"""Stretches of time as local hours. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.activity.course import Seconds, Stretch, Walk

HOUR_SEC = 3600.0
NOTHING = Seconds()
NO_WALK = Walk()


@dataclass(frozen=True)
class Hour:
    """What one hour that `began_at` (seconds since 1970) has so far of one camera."""

    began_at: float
    seconds: Seconds = NOTHING
    stirs: int = 0
    moved_first_at: float | None = None
    moved_last_at: float | None = None
    walk: Walk = NO_WALK

    def __add__(self, other: "Hour") -> "Hour":
        firsts = [at for at in (self.moved_first_at, other.moved_first_at) if at is not None]
        lasts = [at for at in (self.moved_last_at, other.moved_last_at) if at is not None]
        return Hour(
            self.began_at,
            self.seconds + other.seconds,
            self.stirs + other.stirs,
            min(firsts, default=None),
            max(lasts, default=None),
            self.walk + other.walk,
        )


def hour_of(at: float, zone: ZoneInfo) -> float:
    """When the local hour of `at` began."""
    local = datetime.fromtimestamp(at, zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at - into.total_seconds()


def split(stretch: Stretch, zone: ZoneInfo) -> Iterator[Hour]:
    """What `stretch` adds to each hour that it touches; its last one has the movement."""
    begin, length, is_last = stretch.begin, stretch.end - stretch.begin, False
    while not is_last:
        began_at = round(hour_of(begin, zone))
        end = min(began_at + HOUR_SEC, stretch.end)
        part = stretch.seconds.times((end - begin) / length if length else 0.0)
        is_last = end == stretch.end
        at = stretch.end if stretch.moved and is_last else None
        walk = stretch.walk if is_last else NO_WALK
        yield Hour(began_at, part, int(stretch.stir and is_last), at, at, walk)
        begin = end
