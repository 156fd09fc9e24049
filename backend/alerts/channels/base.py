"""The seam between the alerts and whatever carries them to a person."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Alert:
    """What a caregiver has to know of one incident.

    `key` names the event that it was made of, in 16 printable characters; `incident` is the id of
    the incident. `ended_at` is that event's time by its sender's clock, `received_at` when it
    arrived here, None if that is not known; both are seconds since 1970 (UTC). An incident that has
    not ended (`ended` is False) had lasted for `duration_sec` by then. An empty `camera_id` means
    the server itself. `seen` are the words of the event's `state`, `detail` is what else there is
    to say, in one short line. `verdict` is what the key picture says of it, which stands beside it
    and never keeps it from being sent; `posture` and its confidence are why. `round` counts
    how often its incident has been notified before, and a `notice` is what has become of it since,
    whose words `detail` completes. Of a `test` nothing has happened. It is for the people of the
    household `household_id` alone.
    """

    key: str
    incident: str
    event_id: str
    label: str
    camera_id: str
    ended_at: float
    household_id: int
    received_at: float | None = None
    duration_sec: float | None = None
    seen: str | None = None
    ended: bool = True
    detail: str | None = None
    verdict: str | None = None
    posture: str | None = None
    posture_confidence: float | None = None
    round: int = 0
    notice: str | None = None
    test: bool = False


@dataclass(frozen=True)
class Button:
    """An answer that the reader may give at once, and what is written on it."""

    answer: str
    title: str


@dataclass(frozen=True)
class Memo:
    """A text to send, the subject in its first line; `english` is the same in English.

    `text` is short enough for Kakao. `full` is the same with room for a whole address; where it is
    empty, `text` is all there is.

    `resend` says that an earlier try got no answer and may have been sent. An `urgent` one waits
    for none that is not. `link` is where its reader answers: a page, and what takes the answer of a
    button as JSON. Whoever has it can answer, so it goes to that reader only. `incident` is the id
    of the one that it tells of, None where it tells of several or of none.
    """

    text: str
    resend: bool = False
    english: str = ""
    urgent: bool = True
    link: str | None = None
    buttons: tuple[Button, ...] = ()
    incident: str | None = None
    full: str = ""

    @property
    def title(self) -> str:
        """The subject in each language."""
        return " / ".join(first for first, _, _ in self._parts)

    @property
    def body(self) -> str:
        """What stands below the subject, in each language; the subject where nothing does."""
        return "\n\n".join(rest for _, _, rest in self._parts if rest) or self.title

    @property
    def _parts(self) -> list[tuple[str, str, str]]:
        return [text.partition("\n") for text in (self.full or self.text, self.english) if text]


class Disposition(StrEnum):
    """What is to be done with a memo that could not be sent."""

    RETRY = "retry"
    """It was not sent; try again, with back-off."""
    UNEXPLAINED = "unexplained"
    """It was not sent, and nobody says whether it ever will be; try again for a day."""
    AMBIGUOUS = "ambiguous"
    """No answer came, it may have been sent; try once more at most."""
    QUOTA = "quota"
    """The day's quota is used up; wait for its reset."""
    ACCESS = "access"
    """The household has to log in, consent or correct a key; wait for that."""
    PERMANENT = "permanent"
    """It will never be taken; give up, and show it to the operator."""


class ChannelError(Exception):
    """A memo was not sent, or perhaps not; `reason` is one line without secrets, fit to show."""

    def __init__(self, disposition: Disposition, reason: str) -> None:
        super().__init__(reason)
        self.disposition = disposition
        self.reason = reason


@dataclass(frozen=True)
class DailyQuota:
    """Memos that a channel takes a day; `began` is when the day of a time began (since 1970)."""

    memos: int
    began: Callable[[float], float]


class Channel(Protocol):
    """Carries memos. Its methods block, and may be called from several threads at once.

    The ledger knows it by its `name`, which is the same over restarts and holds no secret. One that
    `rings` wakes people.
    """

    name: str
    rings: bool
    quota: DailyQuota | None

    @property
    def warning(self) -> str | None:
        """What will stop its memos before long, in one line. Asks nobody."""

    def send(self, memo: Memo) -> None:
        """Return once the memo was taken; raises ChannelError."""

    def check(self) -> None:
        """Make sure that a memo could be sent now, and renew what is about to expire.

        Raises ChannelError with what is in the way.
        """

    def is_up(self) -> bool:
        """Whether the far side answers at all; it may still refuse a memo."""

    def close(self) -> None:
        """Close the connections."""
