"""Whom an alert goes to, and how it is written for each: the seam to who knows the people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.alerts.channels.base import Alert
from backend.troubles.phrase import Language


@dataclass(frozen=True)
class Place:
    """What helpers have to know: where to come, who lives there, and what opens the door."""

    address: str
    resident: str | None = None
    entry_code: str | None = None


@dataclass(frozen=True)
class Envelope:
    """What goes around an alert's words for the reader of one channel.

    Without a `language` it is written in all. Buttons are in one, `titles`. A `link` is the
    reader's own. `household` is the name of the one that it is of, for who belongs to several.
    """

    language: Language | None = None
    titles: Language = "ko"
    place: Place | None = None
    link: str | None = None
    household: str | None = None


PLAIN = Envelope()


class Reach(Protocol):
    """Whom alerts go to as of now; it asks nobody."""

    def includes(self, channel: str, alert: Alert) -> bool:
        """Whether `alert` goes to `channel` when it is first notified."""


class Recipients(Protocol):
    """Thread-safe. Its methods may ask the database: call them outside of a transaction."""

    def reach(self, household_id: int | None = None) -> Reach:
        """Whom alerts of one household, or of all, go to now."""

    def channels_of(self, household_id: int, channels: Sequence[str]) -> Sequence[str]:
        """Those of the channels that reach somebody of this household, or are its own."""

    def quiet_until(self, channel: str, now: float) -> float | None:
        """Until when what is not urgent waits for `channel`; None while it need not.

        Both are seconds since 1970 (UTC).
        """

    def envelope(self, channel: str, alert: Alert) -> Envelope:
        """What goes around `alert` for `channel`."""


class Everybody:
    """All channels, at any time, in all languages: a household that nobody has set up."""

    def reach(self, _household_id: int | None = None) -> "Everybody":
        """Everybody."""
        return self

    def includes(self, _channel: str, _alert: Alert) -> bool:
        """Always."""
        return True

    def channels_of(self, _household_id: int, channels: Sequence[str]) -> Sequence[str]:
        """All."""
        return channels

    def quiet_until(self, _channel: str, _now: float) -> float | None:
        """Never."""
        return None

    def envelope(self, _channel: str, _alert: Alert) -> Envelope:
        """Nothing."""
        return PLAIN
