"""The household and its people, for the rest of the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from backend.bus import Bus
from backend.people import store
from backend.people.household import Household
from backend.people.person import Person
from backend.storage.database import Database


@dataclass(frozen=True)
class PeopleChanged:
    """For the bus: the household, its people, or what is set of them is no longer what it was."""

    household_id: int


class PeopleService:
    """Thread-safe; each method asks the database. Publishes PeopleChanged."""

    def __init__(
        self, database: Database, bus: Bus, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._bus, self._clock = database, bus, clock

    def household(self, household_id: int = 1) -> Household | None:
        """The household; None until it is set up, which gives it its first owner too."""
        with self._database.reading() as db:
            return store.household(db, household_id)

    def people(self, household_id: int = 1) -> list[Person]:
        """Who belongs to it, in the order of their coming."""
        with self._database.reading() as db:
            return store.people_of(db, household_id)

    def person(self, person_id: int) -> Person | None:
        """One person, also one that was removed."""
        with self._database.reading() as db:
            return store.person(db, person_id)
