"""Says so where a sender gives the id of one event to another: it may be a fault of the sender."""

import logging
import time
from collections.abc import Callable, Sequence

from backend.events.journal.record import Record

logger = logging.getLogger(__name__)

QUIET_SEC = 60.0
"""A sender may do so with each of its events."""


class ReusedIds:
    """A line of the server's log for the first, and one for all that follow within QUIET_SEC."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._unsaid = 0
        self._quiet_until = monotonic()

    def note(self, records: Sequence[Record]) -> None:
        """`records` are new under an id that another event of their camera has."""
        self._unsaid += len(records)
        if records and self._monotonic() >= self._quiet_until:
            last = records[-1].head
            logger.warning(
                "event_id %s of %s stood for another event before, this %s is recorded as a new "
                "one (%d such events since the last line); docs/events.md says what is a repeat",
                last.event_id, last.camera_id, last.event_type, self._unsaid,
            )  # fmt: skip
            self._unsaid, self._quiet_until = 0, self._monotonic() + QUIET_SEC
