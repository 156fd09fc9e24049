"""Hours in which something moves and nobody is ever found, day after day: a camera that is blind
for people, as many are at night although their picture looks well."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.troubles.subjects import Camera
from backend.watchdog.conditions import Condition, Finding, Findings

HOUR_SEC = 3600.0
DAYS = 3
"""A pet or a curtain in an empty home is reported only when it is empty at the same hours of so
many days in a row."""
HOURS = 3
"""Of a day."""
KNOWN_SEC = 1800.0
MOVED_SEC = 360.0
"""Of an hour; somebody who sleeps moves less."""
FOUND_SEC = 36.0
"""Less in an hour is nobody: now and then noise looks like a person."""
FRESH_SEC = 40.0
"""An older heartbeat says nothing of now."""


@dataclass
class _Hour:
    known_sec: float = 0.0
    moved_sec: float = 0.0
    found_sec: float = 0.0

    @property
    def is_unseeing(self) -> bool:
        """Whether something moved, and nobody was found."""
        looked = self.known_sec >= KNOWN_SEC and self.moved_sec >= MOVED_SEC
        return looked and self.found_sec < FOUND_SEC

    @property
    def is_seeing(self) -> bool:
        """Whether somebody was found for a while."""
        return self.found_sec >= MOVED_SEC


@dataclass
class _Days:
    """The last hours of one camera, the newest last, with the one that is under way."""

    hours: deque[_Hour] = field(default_factory=lambda: deque(maxlen=24 * DAYS))
    under_way: _Hour = field(default_factory=_Hour)

    def close_hour(self) -> None:
        """Begin the next one."""
        self.hours.append(self.under_way)
        self.under_way = _Hour()


class Unseeing:
    """Times are seconds of the monotonic clock; one thread. A restart forgets, and begins again."""

    def __init__(self, now: float) -> None:
        self._looked_at = self._hour_began = now
        self._days: dict[str, _Days] = {}

    def findings(self, cameras: Mapping[str, Camera], now: float) -> Findings:
        """What is found of each camera; nothing is known of one before three days have gone by."""
        elapsed, self._looked_at = now - self._looked_at, now
        is_full = now - self._hour_began >= HOUR_SEC
        self._hour_began = now if is_full else self._hour_began
        self._days = {name: self._days.get(name) or _Days() for name in cameras}
        for name, camera in cameras.items():
            _count(self._days[name].under_way, camera, elapsed)
            if is_full:
                self._days[name].close_hour()
        return {
            Condition("camera_unseeing", name): _finding(days.hours)
            for name, days in self._days.items()
            if len(days.hours) < 24 * DAYS or _unseeing_hours(days.hours) >= HOURS
        }


def _count(hour: _Hour, camera: Camera, elapsed: float) -> None:
    said = camera.beat.said
    is_known = said.motion_share is not None and said.pose_share is not None
    if is_known and camera.silent_sec <= FRESH_SEC and not camera.has_waited:
        hour.known_sec += elapsed
        hour.moved_sec += elapsed * (said.motion_share or 0.0)
        hour.found_sec += elapsed * (said.pose_share or 0.0)


def _finding(hours: Sequence[_Hour]) -> Finding | None:
    if len(hours) < 24 * DAYS:
        return None
    return Finding(
        f"saw something move but nobody in the same {_unseeing_hours(hours)} hours of {DAYS} days"
    )


def _unseeing_hours(hours: Sequence[_Hour]) -> int:
    """How many hours of the last day were so, and those of the days before, an hour more or less;
    none when nobody was found in all of the last day either: then nobody may be at home."""
    *earlier, last = (list(hours)[24 * day : 24 * day + 24] for day in range(DAYS))
    if not any(hour.is_seeing for hour in last):
        return 0
    return sum(
        hour.is_unseeing and all(_is_unseeing_about(day, number) for day in earlier)
        for number, hour in enumerate(last)
    )


def _is_unseeing_about(day: Sequence[_Hour], number: int) -> bool:
    return any(hour.is_unseeing for hour in day[max(0, number - 1) : number + 2])
