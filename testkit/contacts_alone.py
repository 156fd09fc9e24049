"""The contacts by themselves: a database of their own, people, and alerts that only take notes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from backend.access.roles import Role
from backend.alerts.channels.base import Channel
from backend.alerts.channels.kakao.app import KakaoApp
from backend.alerts.channels.kakao.settings import Settings as KakaoSettings
from backend.bus import Bus
from backend.contacts.kinds.base import Means
from backend.contacts.push.vapid import VapidKey
from backend.contacts.service import ContactService
from backend.contacts.settings import ContactSettings
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.people.person import Person
from backend.people.service import PeopleChanged, PeopleService
from backend.storage.database import Database, open_database

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class AlertNotes:
    """Stands in for the alerts: it knows which channels are open, and fails as it is told to."""

    channels: dict[str, Channel] = field(default_factory=dict)
    failures: dict[str, str | None] = field(default_factory=dict)
    withdrawn: list[tuple[int, str]] = field(default_factory=list)

    def open_channel(self, channel: Channel) -> None:
        """Know it."""
        self.channels[channel.name] = channel

    def close_channel(self, name: str) -> None:
        """Close it, and know it no more."""
        self.channels.pop(name).close()

    def withdraw(self, household_id: int, channels: Sequence[str]) -> None:
        """Note of which household nothing more is sent through which of them."""
        self.withdrawn += [(household_id, name) for name in channels]

    def channel_failures(self) -> dict[str, str | None]:
        """What the test has said."""
        return dict.fromkeys(self.channels) | self.failures


def means_of(
    folder: Path,
    bus: Bus,
    clock: Callable[[], float],
    contacts: ContactSettings | None = None,
) -> Means:
    """What the kinds need of a server that writes to `folder`."""
    settings = contacts or ContactSettings()
    kakao = KakaoSettings.model_validate({"data_dir": folder})
    return Means(
        settings,
        kakao,
        KakaoApp.of(kakao),
        None,
        VapidKey(folder),
        clock,
        bus,
    )


class ContactsAlone(ContactService):
    """The contacts, with a household in which `add_person` puts people."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        contacts: ContactSettings | None = None,
    ) -> None:
        self.bus, self.alerts = Bus(), AlertNotes()
        self.database: Database = open_database(None, folder)
        self.people = PeopleService(self.database, self.bus, clock)
        means = means_of(folder, self.bus, clock, contacts)
        super().__init__(self.database, self.people, self.alerts, means, monotonic)
        with self.database.writing() as db:
            store.add_household(db, 1, HouseholdSettings(name="집"), clock())

    def add_person(self, name: str, stage: int | None = 1) -> Person:
        """Somebody of the household."""
        values = {
            "household_id": 1,
            "login": name,
            "name": name,
            "password_hash": "none",
            "role": Role.CAREGIVER.value,
            "language": "ko",
            "stage": stage,
            "created_at": self.means.clock(),
        }
        with self.database.writing() as db:
            return store.add_person(db, values)

    def remove_person(self, person: Person) -> None:
        """Let somebody belong to it no more."""
        with self.database.writing() as db:
            store.leave(db, person.id, 1, self.means.clock())
        self.bus.publish(PeopleChanged(1))

    def stop(self) -> None:
        """Stop, and close the database."""
        super().stop()
        self.database.close()
