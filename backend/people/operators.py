"""Who of the server's people may make and end households."""

from sqlalchemy import Connection

from backend.bus import Bus
from backend.people import store
from backend.people.errors import LastOperator, UnknownPerson
from backend.people.person import Person
from backend.people.service import PeopleChanged
from backend.storage.database import Database


class OperatorService:
    """Thread-safe; its methods wait for the database. Publishes PeopleChanged."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database, self._bus = database, bus

    def all(self) -> list[Person]:
        """Those that there are, each in the household joined first."""
        with self._database.reading() as db:
            return [_first(db, number) for number in store.operators(db)]

    def name(self, person_id: int) -> Person:
        """Let the person be one; raises UnknownPerson."""
        return self._set(person_id, is_operator=True)

    def unname(self, person_id: int) -> Person:
        """Let the person be one no more; raises UnknownPerson and LastOperator."""
        return self._set(person_id, is_operator=False)

    def _set(self, person_id: int, *, is_operator: bool) -> Person:
        with self._database.writing() as db:
            before = _first(db, person_id)
            values = {"is_operator": is_operator}
            store.change_person(db, person_id, before.household_id, values)
            if not store.operators(db):
                raise LastOperator("expected another operator first: somebody must keep the server")
            changed = _first(db, person_id)
        self._database.is_durable()
        self._bus.publish(PeopleChanged(changed.household_id))
        return changed


def _first(db: Connection, person_id: int) -> Person:
    found = store.memberships_of(db, person_id)
    if not found:
        raise UnknownPerson(f"nobody on this server has the id {person_id}")
    return found[0]
