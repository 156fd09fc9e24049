"""The household and its people, for the rest of the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backend.access.keys import FIRST_HOUSEHOLD
from backend.access.roles import Role
from backend.bus import Bus
from backend.errors import InvalidInput
from backend.people import store
from backend.people.errors import LastOperator, LastOwner, NotSetUp, UnknownPerson
from backend.people.household import USUAL_ZONE, Household, HouseholdSettings
from backend.people.person import Person
from backend.people.schemas import PersonChanges
from backend.storage.database import Database


@dataclass(frozen=True)
class PeopleChanged:
    """For the bus: the household, its people, or what is set of them is no longer what it was."""

    household_id: int


class PeopleService:
    """Thread-safe; each method asks the database. Publishes PeopleChanged.

    `fixed_zone` is the time zone of the environment, which wins over what a household has set.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        clock: Callable[[], float] = time.time,
        fixed_zone: ZoneInfo | None = None,
    ) -> None:
        self._database, self._bus, self._clock = database, bus, clock
        self.fixed_zone = fixed_zone

    @property
    def is_set_up(self) -> bool:
        """Whether the server has its first household."""
        return self.household(FIRST_HOUSEHOLD) is not None

    def household(self, household_id: int) -> Household | None:
        """The household; None until it is set up, which gives it its first owner too."""
        with self._database.reading() as db:
            return store.household(db, household_id)

    def households(self) -> list[Household]:
        """All that are set up on this server, in the order of their coming."""
        with self._database.reading() as db:
            return store.all_households(db)

    def zone(self, household_id: int) -> ZoneInfo:
        """The time zone that a household's hours and days are of, wherever they are written."""
        return self.fixed_zone or self.zone_of(self.household(household_id))

    def zone_of(self, household: Household | None) -> ZoneInfo:
        """The same, of a household that has been read."""
        usual = household.time_zone if household else USUAL_ZONE
        return self.fixed_zone or ZoneInfo(usual)

    def people(self, household_id: int) -> list[Person]:
        """Who belongs to it, in the order of their coming."""
        with self._database.reading() as db:
            return store.people_of(db, household_id)

    def everybody(self) -> list[Person]:
        """Who belongs to any household, in each of them."""
        with self._database.reading() as db:
            return store.everybody(db)

    def person(self, person_id: int, household_id: int | None = None) -> Person | None:
        """One person of this household, also one that was removed.

        Without a household it is for names alone: the role is that of some household.
        """
        with self._database.reading() as db:
            return store.person(db, person_id, household_id)

    def memberships(self, person_id: int) -> list[Person]:
        """The person in each household that it belongs to, in the order of its coming there."""
        with self._database.reading() as db:
            return store.memberships_of(db, person_id)

    def set_household(self, settings: HouseholdSettings, household_id: int) -> Household:
        """Let these be its settings; raises NotSetUp."""
        with self._database.writing() as db:
            store.change_household(db, household_id, settings)
            changed = store.household(db, household_id)
        if changed is None:
            raise NotSetUp("the household is not set up yet")
        self._settle(household_id)
        return changed

    def change(self, person_id: int, changes: PersonChanges, household_id: int) -> Person:
        """Change what `changes` names; raises UnknownPerson, LastOwner and InvalidInput."""
        values = changes.model_dump(exclude_unset=True)
        with self._database.writing() as db:
            before = _present(db, person_id, household_id)
            after = before.model_copy(update=values)
            if (after.quiet_from is None) != (after.quiet_until is None):
                raise InvalidInput("expected quiet_from and quiet_until, or neither")
            if after.role is not Role.OWNER:
                _check_other_owner(db, before)
            if values:
                store.change_person(db, person_id, household_id, values)
        self._settle(household_id)
        return after

    def remove(self, person_id: int, household_id: int) -> None:
        """The person belongs to the household no more.

        Raises UnknownPerson, LastOwner and LastOperator.

        The name stays in the record. The account ends with its last household, and the login is
        free again.
        """
        with self._database.writing() as db:
            person = _present(db, person_id, household_id)
            _check_other_owner(db, person)
            store.leave(db, person_id, household_id, self._clock())
            if person.is_operator and not store.operators(db):
                raise LastOperator("expected another operator first: somebody must keep the server")
        self._settle(household_id)

    def _settle(self, household_id: int) -> None:
        self._database.is_durable()
        self._bus.publish(PeopleChanged(household_id))


def _present(db: Connection, person_id: int, household_id: int) -> Person:
    person = store.present(db, person_id, household_id)
    if person is None:
        raise UnknownPerson(f"no person {person_id} in this household")
    return person


def _check_other_owner(db: Connection, person: Person) -> None:
    """Raise LastOwner where `person` is the only one."""
    if person.role is Role.OWNER and store.owners(db, person.household_id) == 1:
        raise LastOwner("expected another owner first: somebody must be able to change things")
