"""What a sender's event becomes: the record, and what the sender is told of its alert."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from backend.alerts.labels import Labels
from backend.alerts.policy import TROUBLES
from backend.alerts.prospect import UNKNOWN_LABEL
from backend.errors import InvalidInput
from backend.events.journal.record_line import Record
from contract.events import Event, EventType

logger = logging.getLogger(__name__)

OURS = ("crc", "received_at", "event_as_sent")
"""Fields that the server writes: nothing that is sent under these names is kept."""


@dataclass(frozen=True)
class Taken:
    """`alert` says what becomes of a START or END, in one line."""

    record: Record
    alert: str | None


class Intake:
    """Takes events by `labels`; `prospect` says what will become of one."""

    def __init__(self, labels: Labels, prospect: Callable[[Event], str | None]) -> None:
        self._labels, self._prospect = labels, prospect

    def take(self, sent: Record, event: Event) -> Taken:
        """`event` is `sent` as it was validated; raises InvalidInput for what is the server's."""
        record = {name: value for name, value in sent.items() if name not in OURS}
        if "event_type" not in record:
            record["event_type"] = record.pop("type")
        if event.event is None:
            return Taken(record, None)
        label = self._labels.find(event.event)
        if label in TROUBLES:
            raise InvalidInput(f"event: expected another label, {label} is the server's to report")
        if label not in (None, event.event):
            record |= {"event": label, "event_as_sent": event.event}
        return Taken(record, self._alert_of(event, label))

    def _alert_of(self, event: Event, label: str | None) -> str | None:
        if event.event_type not in (EventType.START, EventType.END):
            return None
        if label is None:
            logger.warning(
                "%s of %s: the label %s is unknown, and nobody is told",
                event.event_type, event.camera_id, event.event,
            )  # fmt: skip
            return UNKNOWN_LABEL
        return self._prospect(event.model_copy(update={"event": label}))
