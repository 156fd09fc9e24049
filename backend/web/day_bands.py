"""A camera's days as bands of hours, and weeks as bars: geometry only, in shares of 100."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.activity.store import HourShown
from backend.activity.summary import Week

STATES = ("active", "still", "lying", "nobody", "blind")
HOURS = 24
HOUR_SEC = 3600.0


@dataclass(frozen=True)
class Piece:
    """A state's part of one hour: it lasted for `minutes`; its place in the band is in percent."""

    state: str
    left: float
    width: float
    top: float
    height: float
    minutes: int


@dataclass(frozen=True)
class DayBand:
    """One day of one camera. `totals` has the hours of each state."""

    day: date
    pieces: Sequence[Piece]
    totals: dict[str, float]


@dataclass(frozen=True)
class Bar:
    """A count of one week: `height` in percent of the largest."""

    week: Week
    falls: float
    false_alarms: float


def day_bands(hours: Sequence[HourShown], zone: ZoneInfo) -> dict[str, list[DayBand]]:
    """The bands of each camera, the newest day first."""
    days: defaultdict[str, defaultdict[date, list[HourShown]]]
    days = defaultdict(lambda: defaultdict(list))
    for hour in hours:
        days[hour.camera_id][_local(hour, zone).date()].append(hour)
    return {
        camera: [_band(day, of_day, zone) for day, of_day in sorted(by_day.items(), reverse=True)]
        for camera, by_day in sorted(days.items())
    }


def bars(weeks: Sequence[Week]) -> list[Bar]:
    """Falls and false alarms beside each other, on one scale."""
    most = max([1, *(week.falls for week in weeks), *(week.false_alarms for week in weeks)])
    return [Bar(week, 100 * week.falls / most, 100 * week.false_alarms / most) for week in weeks]


def _band(day: date, hours: Sequence[HourShown], zone: ZoneInfo) -> DayBand:
    pieces = [piece for hour in hours for piece in _pieces(hour, _local(hour, zone).hour)]
    totals = {state: sum(_seconds(hour, state) for hour in hours) / HOUR_SEC for state in STATES}
    return DayBand(day, pieces, totals)


def _pieces(hour: HourShown, number: int) -> list[Piece]:
    """The states of one hour, stacked from the top."""
    pieces, top = [], 0.0
    for state in STATES:
        height = 100 * _seconds(hour, state) / HOUR_SEC
        if height > 0:
            width = 100 / HOURS
            minutes = round(_seconds(hour, state) / 60)
            pieces.append(Piece(state, number * width, width, top, min(height, 100 - top), minutes))
            top = min(100.0, top + height)
    return pieces


def _seconds(hour: HourShown, state: str) -> float:
    seconds: float = getattr(hour, f"{state}_sec")
    return seconds


def _local(hour: HourShown, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(hour.began_at, zone)
