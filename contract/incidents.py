"""The incident: what began, whom it was notified to, who answered, and that it is over."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class IncidentState(StrEnum):
    """How far an incident has come; each state follows the one before it."""

    OPEN = "open"
    """It has begun, and nobody has been notified."""
    NOTIFIED = "notified"
    """A channel has taken an alert of it."""
    ACKNOWLEDGED = "acknowledged"
    """A person has answered."""
    RESOLVED = "resolved"
    """It is over: a person has said so, or its END needs nobody's answer."""


class Incident(BaseModel):
    """One incident, made from its START and its END, either of which may be missing.

    `began_at`, `ended_at` and `received_at` are seconds since 1970 (UTC): the first two by the
    sender's clock, the last when its first event arrived. `seen` is the `state` of its last event,
    `detail` what the watchdog found. `sent_id` is the `incident_id` of the events. One that
    `is_test` is no fall: each of its events says so. `household_id` is for the server: the camera
    is of that household, which alone reads of the incident.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    camera_id: str
    label: str
    person: int | None
    state: IncidentState
    began_at: float
    ended_at: float | None
    duration_sec: float | None
    seen: str | None
    detail: str | None
    received_at: float
    sent_id: str | None
    is_test: bool = False
    household_id: int = Field(exclude=True)
