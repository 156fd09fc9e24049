"""Incidents as events: what stands in the log is all that a later run knows of them."""

from collections.abc import Iterable
from uuid import uuid4

from backend.alerts.message.render import shorten
from backend.alerts.policy import TROUBLES
from backend.events.recent import RecentEvents
from backend.events.service import incidents
from backend.watchdog.conditions import Condition, Finding
from contract.events import Event, EventType
from contract.trouble import Trouble

MAX_DETAIL = 200
"""Characters."""
LOOKED_BACK = 10_000
"""How many of the newest STARTs and ENDs a start reads."""


def start_of(condition: Condition, finding: Finding, held_sec: float, now: float) -> Event:
    """The START of an incident that has held for `held_sec` seconds by `now` (since 1970)."""
    return Event(
        event_type=EventType.START,
        event_id=f"watchdog-{uuid4().hex}",
        incident_id=f"watchdog-{uuid4().hex}",
        camera_id=condition.subject,
        ts=now,
        event=condition.trouble,
        duration_sec=held_sec,
        detail=shorten(finding.detail, MAX_DETAIL),
    )


def end_of(start: Event, lasted_sec: float, now: float, state: str | None) -> Event:
    """The END of the incident that `start` began; `state` says why, unless it was mended."""
    return Event(
        event_type=EventType.END,
        event_id=f"watchdog-{uuid4().hex}",
        incident_id=start.incident_id,
        camera_id=start.camera_id,
        ts=now,
        event=start.event,
        duration_sec=lasted_sec,
        state=state,
    )


def still_open(recent: RecentEvents) -> dict[Condition, Event]:
    """The STARTs on record that have no END."""
    ended = {end.incident_id for end in _troubles(recent, EventType.END)}
    return {
        Condition(Trouble(str(start.event)), start.camera_id): start
        for start in _troubles(recent, EventType.START)
        if start.incident_id not in ended
    }


def _troubles(recent: RecentEvents, kind: EventType) -> Iterable[Event]:
    """The watchdog's events of one kind, oldest first."""
    events = incidents(reversed(recent.newest(LOOKED_BACK, kind)))
    return (event for event in events if event.event in TROUBLES and event.incident_id)
