"""What becomes of an event's alert, in the words that its sender is answered with."""

from backend.alerts.policy import Ruling
from contract.events import NOTIFIED_AT_START, UNFINISHED_AFTER_SEC, End, IncidentEvent

NOTIFIED_NOW = "notified now"
NOTIFIED_BEFORE = "notified at its START, or now if that was lost"
HELD = f"held: notified at its END, or after {UNFINISHED_AFTER_SEC:.0f} s without one"
NO_CHANNEL = "held: no channel is set that could carry it"
UNKNOWN_LABEL = "none: unknown label"
NOT_ANOMALOUS = "none: not anomalous"
MUTED = "none: muted by ALERT_EVENTS"
UP_AGAIN = "none: the person is up again"


def prospect(event: IncidentEvent, ruling: Ruling, *, has_channel: bool) -> str | None:
    """What is said of `event`, whose label is known; None where nobody is notified."""
    match ruling:
        case Ruling.ALERT | Ruling.AWAITS_END if not has_channel:
            return NO_CHANNEL
        case Ruling.ALERT if isinstance(event, End) and event.event in NOTIFIED_AT_START:
            return NOTIFIED_BEFORE
        case Ruling.ALERT:
            return NOTIFIED_NOW
        case Ruling.AWAITS_END:
            return HELD
        case Ruling.NOT_ANOMALOUS:
            return NOT_ANOMALOUS
        case Ruling.MUTED_BY_SETTINGS:
            return MUTED
        case Ruling.RECOVERED:
            return UP_AGAIN
    return None
