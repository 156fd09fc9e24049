"""What became of an alert, for those who watch live."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.alerts.channels.base import Alert
from contract.trouble import SERVER


class Outcome(StrEnum):
    """How far an alert has come."""

    DECIDED = "decided"
    """It is in the ledger, and will be sent."""
    SENT = "sent"
    """One channel took it."""
    DEAD = "dead"
    """One channel gave it up."""


@dataclass(frozen=True)
class AlertChange:
    """`at` is seconds since 1970 (UTC); `channel` is whose outcome it is, `reason` why."""

    alert: Alert
    outcome: Outcome
    at: float
    channel: str | None = None
    reason: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON, without the alert's inner words."""
        return {
            "key": self.alert.key,
            "event": self.alert.label,
            "event_id": self.alert.event_id,
            "camera_id": self.alert.camera_id or SERVER,
            "outcome": self.outcome.value,
            "channel": self.channel,
            "reason": self.reason,
            "is_test": self.alert.test,
            "ts": self.at,
        }
