"""Incidents of Dolbom itself, as events."""

from uuid import uuid4

from backend.alerts.message.render import shorten
from backend.watchdog.conditions import Condition, Finding
from contract.events import End, Start
from contract.incidents import Incident

MAX_DETAIL = 200
"""Characters."""


def start_of(condition: Condition, finding: Finding, held_sec: float, now: float) -> Start:
    """The START of an incident that has held for `held_sec` seconds by `now` (since 1970)."""
    return Start(
        event_id=f"watchdog-{uuid4().hex}",
        incident_id=f"watchdog-{uuid4().hex}",
        camera_id=condition.subject,
        ts=now,
        event=condition.trouble,
        duration_sec=held_sec,
        detail=shorten(finding.detail, MAX_DETAIL),
    )


def end_of(incident: Incident, lasted_sec: float, now: float, state: str | None) -> End:
    """The END of `incident`; `state` says why, unless it was mended."""
    return End(
        event_id=f"watchdog-{uuid4().hex}",
        incident_id=incident.sent_id,
        camera_id=incident.camera_id,
        ts=now,
        event=incident.label,
        duration_sec=lasted_sec,
        state=state,
    )
