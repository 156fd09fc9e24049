"""Quiet hours: until when what may wait is not sent. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(begin: str, end: str, zone: ZoneInfo, now: float) -> float | None:
    """When the quiet hours end that it is in at `now`; None where it is in none.

    `begin` and `end` are local times such as 22:00, of which the second may be of the next day; the
    same twice is no time at all. `now` and the answer are seconds since 1970 (UTC).
    """
    local = datetime.fromtimestamp(now, zone)
    # Those that began yesterday may last until today.
    for day in (local.date() - timedelta(days=1), local.date()):
        starts = datetime.combine(day, time.fromisoformat(begin), zone)
        ends = datetime.combine(day, time.fromisoformat(end), zone)
        if end < begin:
            ends += timedelta(days=1)
        if starts.timestamp() <= now < ends.timestamp():
            return ends.timestamp()
    return None
