"""How much of a time the cameras saw: a time that nobody saw is no time without anybody.

A camera is expected to see from its first hour on. One that has said nothing for two weeks is taken
to be gone, and expected no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.activity.course import GONE_SEC
from backend.incidents.days import bounds_of
from backend.tools.data import Data
from backend.tools.household.basis.span import PLACE_SQL, Span
from contract.tools import Fact

HOUR_SEC = 3600.0
LEAST_SEEN = 0.5
"""A day or night of which less was seen says nothing."""
SEEN_SQL = "(active_sec + still_sec + lying_sec + nobody_sec)"
PRESENT_SQL = "(active_sec + still_sec + lying_sec)"
OF_PLACE_SQL = f"(?::VARCHAR IS NULL OR {PLACE_SQL} = ? OR camera_id = ?)"
"""Takes the place three times."""
NO_PLACE = (None, None, None)
SHARED_HOURS_SQL = f"""(
    WITH numbered AS (
        SELECT *, {PLACE_SQL} AS name, row_number() OVER (PARTITION BY camera_id, began_at) AS turn,
            {PRESENT_SQL} AS present, {SEEN_SQL} + blind_sec AS counted
        FROM hours WHERE day BETWEEN ? AND ? AND {OF_PLACE_SQL}
    )
    SELECT *, least(1.0, greatest(max(counted) OVER same - min(blind_sec) OVER same, 0)
        / greatest(sum(present) OVER same, 1e-9)) AS share
    FROM numbered WINDOW same AS (PARTITION BY began_at, turn)
)"""
"""Hours with the `share` in which what several cameras saw at once is that of one person, as in
person_days. `turn` tells apart an hour that comes twice. Takes two days, and the place three times.
"""


@dataclass(frozen=True)
class Watch:
    """That a camera was expected to see from `begin` to `end` (seconds since 1970)."""

    camera_id: str
    place: str
    begin: float
    end: float
    last_hour: datetime

    def within(self, begin: float, end: float) -> float:
        """Of how many seconds between these that is true."""
        return max(0.0, min(self.end, end) - max(self.begin, begin))


@dataclass(frozen=True)
class Seen:
    """What the cameras were to see, what they saw, and in how much of it they were blind."""

    cameras: int
    expected_sec: float
    seen_sec: float
    blind_sec: float

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.seen_sec / self.expected_sec) if self.expected_sec else 0.0

    @property
    def silent_sec(self) -> float:
        """In which nothing was heard of a camera."""
        return max(0.0, self.expected_sec - self.seen_sec - self.blind_sec)

    def facts(self) -> tuple[Fact, ...]:
        """As they stand in every answer."""
        return (
            Fact(name="cameras", value=self.cameras),
            Fact(name="seen_percent", value=round(100 * self.share, 1), unit="%"),
            Fact(name="blind_hours", value=round(self.blind_sec / HOUR_SEC, 1), unit="h"),
            Fact(name="silent_hours", value=round(self.silent_sec / HOUR_SEC, 1), unit="h"),
        )


def watches(data: Data, place: str | None = None) -> list[Watch]:
    """Of each camera of a place, or of all; the newest hour of the record is the latest end."""
    found = data.duck.ask(
        f"SELECT camera_id, arg_max({PLACE_SQL}, began_at), min(began_at), max(began_at),"
        " (SELECT max(began_at) FROM hours)"
        f" FROM hours WHERE {OF_PLACE_SQL} GROUP BY camera_id ORDER BY camera_id",
        [place] * 3,
    )
    return [
        Watch(camera_id, name, at(first, data.zone), _end(last, newest, data.zone), last)
        for camera_id, name, first, last, newest in found
    ]


def _end(last: datetime, newest: datetime, zone: ZoneInfo) -> float:
    return min(at(last, zone) + GONE_SEC, at(newest, zone)) + HOUR_SEC


def at(local: datetime, zone: ZoneInfo) -> float:
    """Seconds since 1970 of a local time; the first where it comes twice."""
    return local.replace(tzinfo=zone).timestamp()


def seen_in(data: Data, span: Span, place: str | None = None) -> Seen:
    """Of the days of a span."""
    expected = watches(data, place)
    begin, end = span.bounds(data.zone)
    ((seen, blind),) = data.duck.ask(
        f"SELECT coalesce(sum({SEEN_SQL}), 0), coalesce(sum(blind_sec), 0) FROM hours"
        f" WHERE day BETWEEN ? AND ? AND {OF_PLACE_SQL}",
        [span.first, span.last, *[place] * 3],
    )
    times = [it.within(begin, end) for it in expected]
    return Seen(sum(time > 0 for time in times), sum(times), seen, blind)


def share_by_day(data: Data, span: Span, place: str | None = None) -> dict[date, float]:
    """Which share of each day of a span was seen; 0 where there was no camera."""
    expected = watches(data, place)
    found = data.duck.ask(
        f"SELECT day, sum({SEEN_SQL}) FROM hours"
        f" WHERE day BETWEEN ? AND ? AND {OF_PLACE_SQL} GROUP BY day",
        [span.first, span.last, *[place] * 3],
    )
    seen: dict[date, float] = dict(found)
    return {
        day: share(expected, seen.get(day, 0.0), *bounds_of(day, data.zone)) for day in span.each()
    }


def share(expected: Sequence[Watch], seen_sec: float, begin: float, end: float) -> float:
    """Which share was seen of what cameras were to see from `begin` to `end`."""
    whole = sum(it.within(begin, end) for it in expected)
    return min(1.0, seen_sec / whole) if whole else 0.0


def well_seen(shares: dict[date, float]) -> list[date]:
    """The days that say something."""
    return [day for day, share in shares.items() if share >= LEAST_SEEN]
