"""Heartbeats as the watchdog reads them."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.events.journal.record import Record
from contract.events import ENDED, FAILED, STOPPED, Heartbeat

BACKLOG_EVENTS = 50
"""So many events wait when an outbox drains; one that sends has a handful."""
BACKLOG_SEC = 60.0


@dataclass(frozen=True)
class Beat:
    """What a camera box `said`.

    It was recorded at `received_at`, seconds since 1970 by the server's clock, and seen `at`,
    seconds of the monotonic clock, which nobody sets.
    """

    said: Heartbeat
    received_at: float
    at: float

    @property
    def ahead_sec(self) -> float:
        """By how much the camera box's clock was ahead of the server's when this arrived."""
        return self.said.ts - self.received_at

    def has_waited(self, before: "Beat") -> bool:
        """Whether it is of a backlog that drains, after `before`: it says nothing of now.

        Those come faster than they were made. A clock that is behind is late, too, but steadily.
        """
        came_sec, made_sec = self.at - before.at, self.said.ts - before.said.ts
        is_many = (self.said.outbox_length or 0) > BACKLOG_EVENTS
        return -self.ahead_sec > BACKLOG_SEC and (is_many or came_sec < made_sec / 2)

    @property
    def stopped(self) -> bool:
        """Whether it says good-bye."""
        return self.said.state in (STOPPED, ENDED)

    @property
    def ended(self) -> bool:
        """Whether it says good-bye for good."""
        return self.said.state == ENDED

    @property
    def failed(self) -> bool:
        """Whether it says that the watch has failed."""
        return self.said.state == FAILED


def beats_of(records: Iterable[Record], at: float) -> list[Beat]:
    """The heartbeats among `records`, seen `at`."""
    return [
        Beat(record.event, record.received_at, at)
        for record in records
        if isinstance(record.event, Heartbeat)
    ]
