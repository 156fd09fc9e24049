"""Which events are told. Pure: the log can be played through it again with the same outcome."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from backend.alerts.channels.base import Alert
from contract.events import FALL, RECOVERED, TOLD_AT_START, Event, EventType
from contract.trouble import SERVER, Trouble

TROUBLES = frozenset[str](Trouble)
"""What the watchdog finds. Begin and end are told, and no setting mutes them: only then does
silence mean that all is well."""


class Verdict(StrEnum):
    """Why an event is told, or is not."""

    ALERT = "alert"
    AWAITS_END = "awaits_end"
    """The incident has begun; it is told with its END, or without one that does not come."""
    NOT_AN_INCIDENT = "not_an_incident"
    NOT_ANOMALOUS = "not_anomalous"
    MUTED_BY_SETTINGS = "muted_by_settings"
    RECOVERED = "recovered"
    """Who fell is upright or walks by the END."""
    ALREADY_ALERTED = "already_alerted"
    """The ledger's: the incident has its alert."""


@dataclass(frozen=True)
class Policy:
    """The END of an anomalous incident is told, of those in TOLD_AT_START the START; a fall after
    which the person is upright or walks is not.

    `checkpoint_labels` are those that the checkpoint calls anomalous; `alert_events` can only
    narrow what is told, None leaves it as it is.
    """

    checkpoint_labels: frozenset[str]
    alert_events: frozenset[str] | None = None

    @property
    def anomalous_labels(self) -> frozenset[str]:
        """The labels whose incidents would be told if nothing were muted."""
        return self.checkpoint_labels | TOLD_AT_START

    @property
    def told_labels(self) -> frozenset[str]:
        """The labels whose incidents are told."""
        if self.alert_events is None:
            return self.anomalous_labels
        return self.anomalous_labels & self.alert_events

    def verdict(self, event: Event) -> Verdict:
        """ALERT, AWAITS_END, or the first reason that speaks against telling."""
        if event.event_type not in (EventType.START, EventType.END):
            return Verdict.NOT_AN_INCIDENT
        if event.event in TROUBLES:
            return Verdict.ALERT
        if event.event not in self.anomalous_labels:
            return Verdict.NOT_ANOMALOUS
        if event.event not in self.told_labels:
            return Verdict.MUTED_BY_SETTINGS
        if _has_recovered(event):
            return Verdict.RECOVERED
        return Verdict.ALERT if decides(event) else Verdict.AWAITS_END


def decides(event: Event) -> bool:
    """Whether this START or END is the one by which its incident is told or muted.

    Every END is: should the START of a label that is told at once be lost, the END tells it.
    """
    return event.event_type is EventType.END or event.event in TOLD_AT_START


def alert_of(event: Event) -> Alert:
    """What is told of an incident by its END, or by its START; the contract has both name it."""
    if event.event is None:
        raise ValueError(f"event {event.event_id} names no label")
    is_servers = event.event in TROUBLES and event.camera_id == SERVER
    received_at = (event.model_extra or {}).get("received_at")
    return Alert(
        key=_key(event),
        event_id=event.event_id,
        label=event.event,
        camera_id="" if is_servers else event.camera_id,
        ended_at=event.ts,
        incident_id=event.incident_id,
        received_at=received_at if isinstance(received_at, float) else None,
        duration_sec=event.duration_sec,
        state=event.state,
        ended=event.event_type is EventType.END,
        detail=event.detail,
        verdict=event.verdict,
        posture=event.posture,
        posture_confidence=event.posture_confidence,
    )


def is_urgent(alert: Alert) -> bool:
    """Whether a person may need help now; everything else is a trouble of Dolbom itself."""
    return alert.label not in TROUBLES


def _has_recovered(event: Event) -> bool:
    """Whether this END of a fall says that the person is upright or walks."""
    is_end = (event.event_type, event.event) == (EventType.END, FALL)
    return is_end and RECOVERED in (event.state or "").split("+")


def _key(event: Event) -> str:
    """The same for an exact repeat alone: a counter that begins anew makes other keys."""
    name = event.incident_id or f"\n{event.event_id}"  # no id of either kind has a line break
    named = (event.event_type, event.camera_id, str(event.event), name, repr(float(event.ts)))
    return hashlib.blake2b("\0".join(named).encode(), digest_size=8).hexdigest()
