"""Whom a trouble is found by: a camera as it is now, and the server itself."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Camera:
    """A camera as of now: `beat` is its last heartbeat, `last_heard_sec` ago.

    `silent_sec` counts from then. Of a camera that was not `heard` since the server's start it
    counts from that start, which gives it time to come back. What `has_waited` for the server says
    nothing of now. `fps`, `missed_sec` and `ahead_sec`
    are those of its History; `are_two` and `one_said_good_bye` those of its Sessions. `offered` is
    the version that camera boxes are offered for their own model, None where nobody has asked.
    """

    beat: Beat
    silent_sec: float
    heard: bool
    has_waited: bool
    last_heard_sec: float
    fps: float | None
    missed_sec: float
    ahead_sec: float | None
    are_two: bool
    one_said_good_bye: bool
    offered: str | None = None


@dataclass(frozen=True)
class ServerState:
    """What is known of the server itself; a text says what is wrong, None that nothing is."""

    log: str | None
    detector: str | None
    token: str | None
    disk: str | None
