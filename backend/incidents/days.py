"""Days as the household has them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def bounds_of(day: date, zone: ZoneInfo) -> tuple[float, float]:
    """When `day` begins and when the next one does, seconds since 1970."""
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return begin.timestamp(), end.timestamp()
