"""The channels of the contacts: opened in the alerts, known by their contact's number."""

import logging
import threading
from collections.abc import Sequence
from typing import Protocol

from pydantic import SecretStr

from backend.alerts.channels.base import Channel
from backend.alerts.channels.kakao.channel import HOUSEHOLDS, KakaoChannel
from backend.contacts.contact import Contact
from backend.contacts.kinds.base import Means
from backend.contacts.registry import KINDS

logger = logging.getLogger(__name__)


class Alerts(Protocol):
    """What the contacts need of the alerts."""

    @property
    def channels(self) -> dict[str, Channel]:
        """Those that are open, by their names."""

    def open_channel(self, channel: Channel) -> None:
        """Begin to send through `channel`."""

    def close_channel(self, name: str) -> None:
        """Send nothing more through it, and close it. Waits for the memo that is on its way."""

    def withdraw(self, household_id: int, channels: Sequence[str]) -> None:
        """Send nothing more through these channels of what is this household's."""

    def channel_failures(self) -> dict[str, str | None]:
        """What is wrong with each channel, by its name; None while it works."""


class ContactChannels:
    """Thread-safe."""

    def __init__(self, alerts: Alerts, means: Means) -> None:
        self._alerts, self._means = alerts, means
        self._lock = threading.Lock()
        self._open: dict[int, Channel] = {}
        self._opened: dict[int, SecretStr] = {}
        self._unusable: dict[int, str] = {}

    def open(self, contact: Contact) -> None:
        """Begin to send through `contact`; one that cannot be opened is a failure of its own."""
        try:
            channel = KINDS[contact.kind].open(contact, self._means)
        except (KeyError, ValueError):
            logger.error("%s is of no use any more: %s", contact.channel, contact.kind)
            self.close(contact)
            with self._lock:
                self._unusable[contact.number] = "its address is of no use any more: add it again"
                self._opened[contact.number] = contact.address
            return
        with self._lock:
            self._unusable.pop(contact.number, None)
            self._open[contact.number] = channel
            self._opened[contact.number] = contact.address
        self._alerts.open_channel(channel)

    def has(self, contact: Contact) -> bool:
        """Whether it is open, or was tried to be, with the address that the contact has now."""
        with self._lock:
            return self._opened.get(contact.number) == contact.address

    def close(self, contact: Contact) -> None:
        """Send nothing more through it. Waits for the memo that is on its way."""
        self.close_number(contact.number)

    def close_number(self, number: int) -> None:
        """The same of the contact of this number, which may not be open."""
        with self._lock:
            self._unusable.pop(number, None)
            self._opened.pop(number, None)
            channel = self._open.pop(number, None)
        if channel:
            self._alerts.close_channel(channel.name)

    def withdraw(self, contacts: Sequence[Contact], household_id: int) -> None:
        """Send nothing more through them of what is this household's."""
        self._alerts.withdraw(household_id, [contact.channel for contact in contacts])

    def close_unused_kakao(self) -> None:
        """Expect no log-in of the household's any more: people have accounts of their own."""
        channel = self._alerts.channels.get(HOUSEHOLDS)
        if isinstance(channel, KakaoChannel) and not channel.is_logged_in:
            self._alerts.close_channel(HOUSEHOLDS)

    def numbers(self) -> set[int]:
        """Of the contacts that are known here, whether they could be opened or not."""
        with self._lock:
            return set(self._opened)

    def find(self, contact: Contact) -> Channel | None:
        """The channel of a contact, if it could be opened."""
        return self._open.get(contact.number)

    def warnings(self) -> dict[str, str]:
        """What will stop each before long, by the name of its channel. Asks nobody."""
        with self._lock:
            channels = list(self._open.values())
        said = ((channel.name, channel.warning) for channel in channels)
        return {name: warning for name, warning in said if warning}

    def failures(self) -> dict[str, str]:
        """Why each fails that does, by the name of its channel. Asks nobody."""
        unusable = {f"contact-{number}": why for number, why in self._unusable.items()}
        said = self._alerts.channel_failures().items()
        return {name: reason for name, reason in said if reason} | unusable
