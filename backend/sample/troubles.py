"""What the watchdog reports of a story: a camera without power, and one in the dark. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from backend.sample.alarms import DAY_SEC, HOUR_SEC
from backend.sample.cameras import DARK_ROOM, IDS, Camera
from backend.sample.story import DARK_HOURS, Story
from backend.troubles.table import TROUBLES
from backend.watchdog.service import SILENT_AFTER_SEC
from contract.events import End, EventType, IncidentEvent, Start

SILENT, DARK = TROUBLES["camera_silent"], TROUBLES["camera_dark"]


def troubles_of(story: Story, cameras: Sequence[Camera], began: float) -> Iterator[IncidentEvent]:
    """STARTs and ENDs, for a record that `began` then (since 1970). What is dark at the same hour
    again is usual, and not reported."""

    def at(day: date) -> float:
        return began + (day - story.days.first).days * DAY_SEC

    away = at(story.away.first), at(story.away.last + timedelta(days=1))
    yield from _trouble(SILENT.name, cameras[-1].camera_id, away, SILENT_AFTER_SEC)
    evening = at(story.dark_nights.first)
    dark = evening + DARK_HOURS[0] * HOUR_SEC, evening + DAY_SEC + DARK_HOURS[1] * HOUR_SEC
    yield from _trouble(DARK.name, IDS[DARK_ROOM], dark, DARK.held_sec)


def _trouble(
    label: str, camera_id: str, when: tuple[float, float], held_sec: float
) -> Iterator[IncidentEvent]:
    begin, end = when
    name = f"watchdog-{label}-{camera_id}"
    said: dict[str, Any] = {"camera_id": camera_id, "incident_id": name, "event": label}
    yield Start(
        event_type=EventType.START,
        event_id=f"{name}-start",
        ts=begin + held_sec,
        duration_sec=held_sec,
        **said,
    )
    yield End(
        event_type=EventType.END,
        event_id=f"{name}-end",
        ts=end + 60.0,
        duration_sec=end + 60.0 - begin,
        **said,
    )
