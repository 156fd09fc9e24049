"""When a camera did not see."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.tools.data import Data
from backend.tools.household.basis.seen import HOUR_SEC, LEAST_SEEN, SEEN_SQL, at
from backend.tools.household.basis.span import Span

QUESTION = f"""
SELECT camera_id, began_at, count(*) FROM hours
WHERE day BETWEEN ? AND ? AND {SEEN_SQL} >= {LEAST_SEEN * HOUR_SEC}
GROUP BY camera_id, began_at ORDER BY camera_id, began_at
"""

SeenHour = tuple[datetime, int]
"""When a local hour began, and how often it came: twice as the clock goes back."""


@dataclass(frozen=True)
class Outage:
    """A time that a camera did not see, in seconds since 1970."""

    begin: float
    end: float

    @property
    def hours(self) -> float:
        """How long it was."""
        return (self.end - self.begin) / HOUR_SEC


def seen_hours(data: Data, span: Span) -> Mapping[str, Sequence[SeenHour]]:
    """The hours of which each camera saw at least half, oldest first."""
    found: defaultdict[str, list[SeenHour]] = defaultdict(list)
    for camera_id, began_at, times in data.duck.ask(QUESTION, [span.first, span.last]):
        found[camera_id].append((began_at, times))
    return found


def outages(
    hours: Sequence[SeenHour], begin: float, end: float, zone: ZoneInfo
) -> Iterator[Outage]:
    """What lies between hours that were seen, from `begin` to `end`."""
    until = begin
    for began_at, times in hours:
        start = at(began_at, zone)
        if start > until:
            yield Outage(until, start)
        until = max(until, start + times * HOUR_SEC)
    if end > until:
        yield Outage(until, end)
