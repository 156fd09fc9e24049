"""Of which events somebody is notified. Pure: the same log gives the same outcome."""

from dataclasses import dataclass
from enum import StrEnum

from backend.alerts.channels.base import Alert
from backend.incidents.incident import key_of
from backend.troubles.table import TROUBLES
from contract.events import FALL, NOTIFIED_AT_START, RECOVERED, End, IncidentEvent, states_of
from contract.incidents import Incident
from contract.trouble import SERVER

DAILY_WORD = "daily_word"
"""Label and notice of what is told once a day, of no incident."""


class Ruling(StrEnum):
    """Why somebody is notified of an event, or nobody is."""

    ALERT = "alert"
    AWAITS_END = "awaits_end"
    """It has begun; somebody is notified at its END, or without one that does not come."""
    NOT_ANOMALOUS = "not_anomalous"
    MUTED_BY_SETTINGS = "muted_by_settings"
    RECOVERED = "recovered"
    """Who fell is upright or walks by the END."""
    ALREADY_ALERTED = "already_alerted"
    """The ledger's: the incident has its alert."""


@dataclass(frozen=True)
class Policy:
    """Somebody is notified at the END of an anomalous incident, or at its START if it is one of
    NOTIFIED_AT_START. Nobody is of a fall after which the person is upright or walks.

    `checkpoint_labels` are those that the checkpoint calls anomalous; `alert_events` can only
    narrow that, None leaves it as it is.
    """

    checkpoint_labels: frozenset[str]
    alert_events: frozenset[str] | None = None

    @property
    def anomalous_labels(self) -> frozenset[str]:
        """The labels of whose incidents somebody would be notified if nothing were muted."""
        return self.checkpoint_labels | NOTIFIED_AT_START

    @property
    def notified_labels(self) -> frozenset[str]:
        """The labels of whose incidents somebody is notified."""
        if self.alert_events is None:
            return self.anomalous_labels
        return self.anomalous_labels & self.alert_events

    def ruling(self, event: IncidentEvent) -> Ruling:
        """ALERT, AWAITS_END, or the first reason that speaks against an alert."""
        if event.event in TROUBLES:
            return Ruling.ALERT
        if event.event not in self.anomalous_labels:
            return Ruling.NOT_ANOMALOUS
        if event.event not in self.notified_labels:
            return Ruling.MUTED_BY_SETTINGS
        if _has_recovered(event):
            return Ruling.RECOVERED
        return Ruling.ALERT if decides(event) else Ruling.AWAITS_END


def decides(event: IncidentEvent) -> bool:
    """Whether this START or END is the one by which its incident is notified or muted.

    Every END is: should the START of a label that is notified at once be lost, the END does it.
    """
    return isinstance(event, End) or event.event in NOTIFIED_AT_START


def alert_of(incident: Incident, event: IncidentEvent, received_at: float | None) -> Alert:
    """What there is to say of an incident by its END, or by its START."""
    is_servers = event.event in TROUBLES and event.camera_id == SERVER
    end = event if isinstance(event, End) else None
    return Alert(
        key=key_of(event),
        incident=incident.id,
        event_id=event.event_id,
        label=event.event,
        camera_id="" if is_servers else event.camera_id,
        ended_at=event.ts,
        received_at=received_at,
        duration_sec=event.duration_sec,
        seen=event.state,
        ended=end is not None,
        detail=event.detail,
        verdict=end.verdict if end else None,
        posture=end.posture if end else None,
        posture_confidence=end.posture_confidence if end else None,
        test=incident.is_test,
        household_id=incident.household_id,
    )


def is_urgent(alert: Alert) -> bool:
    """Whether a person may need help now: it is neither a trouble of Dolbom itself nor news."""
    return alert.label not in TROUBLES and alert.label != DAILY_WORD


def is_follow_up(alert: Alert) -> bool:
    """Whether its incident has been notified before: a later round, or a notice."""
    return alert.round > 0 or alert.notice is not None


def _has_recovered(event: IncidentEvent) -> bool:
    """Whether this END of a fall says that the person is upright or walks."""
    is_end = isinstance(event, End) and event.event == FALL
    return is_end and RECOVERED in states_of(event.state)
