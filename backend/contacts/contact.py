"""A contact: one way to one person."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

CHANNEL = "contact-"
"""Before the number of a contact: by both the ledger knows its channel."""


class Standing(StrEnum):
    """What is known of whether a contact reaches its person."""

    UNTESTED = "untested"
    TESTED = "tested"
    """Its service took a test; the person has not said yet whether it arrived."""
    CONFIRMED = "confirmed"
    SILENT = "silent"
    """The person said that nothing arrived."""


@dataclass(frozen=True)
class Contact:
    """A row of the table. Times are seconds since 1970 (UTC); `address` is a secret."""

    number: int
    household_id: int
    person_id: int
    kind: str
    label: str
    address: SecretStr
    created_at: float
    tested_at: float | None = None
    confirmed_at: float | None = None
    silent_at: float | None = None
    removed_at: float | None = None
    removed_because: str | None = None

    @property
    def channel(self) -> str:
        """The name by which the ledger knows it."""
        return f"{CHANNEL}{self.number}"

    @property
    def standing(self) -> Standing:
        """What the last test has shown."""
        if self.silent_at is not None:
            return Standing.SILENT
        if self.confirmed_at is not None:
            return Standing.CONFIRMED
        return Standing.UNTESTED if self.tested_at is None else Standing.TESTED


@dataclass(frozen=True)
class ContactGone:
    """For the bus: the service of a contact has forgotten it, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class Way:
    """For those who notify: whose `channel` it is. One that `rings` wakes people."""

    channel: str
    person_id: int
    kind: str
    rings: bool
