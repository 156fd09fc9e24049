"""What a sender's events become: typed, by labels that are known here, and what is answered."""

import logging
from collections.abc import Callable, Set
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from backend.alerts.labels import Labels
from backend.alerts.sender_answer import UNKNOWN_LABEL
from backend.errors import InvalidInput
from backend.http.bodies import check_finite
from backend.incidents.incident import key_of
from backend.troubles.table import TROUBLES
from contract.events import Event, IncidentEvent
from contract.names import CameraName

logger = logging.getLogger(__name__)

TOLD = "told"
"""Stands in the record of an event of which people were told before it was recorded."""
OURS = ("crc", "received_at", "event_as_sent", TOLD)
"""Fields that the server writes: nothing that is sent under these names is kept."""
CAMERA = TypeAdapter(CameraName)


@dataclass(frozen=True)
class Taken:
    """`alert` says what becomes of a START or END, in one line."""

    event: Event
    alert: str | None


class Intake:
    """Takes events by `labels`; `prospect` says what will become of a START or END."""

    def __init__(self, labels: Labels, prospect: Callable[[IncidentEvent], str | None]) -> None:
        self._labels, self._prospect = labels, prospect

    def take(self, sent: Event) -> Taken:
        """Raises InvalidInput for what is the server's, and for numbers that not all can read."""
        _check_camera(sent.camera_id)
        extra = sent.model_extra or {}
        check_finite(extra)
        for name in OURS:
            extra.pop(name, None)
        if not isinstance(sent, IncidentEvent):
            return Taken(sent, None)
        label = self._labels.find(sent.event)
        if label in TROUBLES:
            raise InvalidInput(f"event: expected another label, {label} is the server's to report")
        if label is None:
            logger.warning(
                "%s of %s: the label %s is unknown, and nobody is notified",
                sent.event_type, sent.camera_id, sent.event,
            )  # fmt: skip
            return Taken(sent, UNKNOWN_LABEL)
        event = sent if label == sent.event else _renamed(sent, label)
        return Taken(event, self._prospect(event))


def marked(event: Event, told: Set[str]) -> Event:
    """The event, with the mark if its key is one of those of which people were told."""
    if not isinstance(event, IncidentEvent) or key_of(event) not in told:
        return event
    return event.model_copy(update={TOLD: True})


def _renamed(sent: IncidentEvent, label: str) -> IncidentEvent:
    return sent.model_copy(update={"event": label, "event_as_sent": sent.event})


def _check_camera(name: str) -> None:
    try:
        CAMERA.validate_python(name)
    except ValidationError as error:
        said = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"camera_id: {said}") from None
