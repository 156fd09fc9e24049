"""Heartbeats as the watchdog reads them."""

from collections.abc import Iterable

from backend.events.journal.record import Record
from backend.troubles.subjects import Beat
from contract.events import Heartbeat


def beats_of(records: Iterable[Record], at: float) -> list[Beat]:
    """The heartbeats among `records`, seen `at`."""
    return [
        Beat(record.event, record.received_at, at)
        for record in records
        if isinstance(record.event, Heartbeat)
    ]
