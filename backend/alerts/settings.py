"""What the alerts have to know; the application takes it from its own settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from backend.alerts.limits import Limits
from backend.alerts.pace import Pace
from contract.events import UNFINISHED_AFTER_SEC


@dataclass(frozen=True)
class AlertSettings:
    """`alert_events` narrows what is notified: `anomalous_labels`, the checkpoint's, and what is
    anomalous in itself. `time_zone` of a household is asked for each memo: people change it.
    """

    time_zone: Callable[[int], ZoneInfo]
    anomalous_labels: frozenset[str]
    alert_events: frozenset[str] | None = None
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    unfinished_after: float = UNFINISHED_AFTER_SEC
    """Seconds after which somebody is notified although its END has not come: the camera box, or
    the way from it, has failed in the middle of a fall."""
