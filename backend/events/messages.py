"""What events say on the bus."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.events.journal.record import Record


@dataclass(frozen=True)
class EventsRecorded:
    """These are durable and new, in the order in which they were recorded."""

    records: Sequence[Record]
