"""The tables of households and people, asked and changed within a transaction of the caller's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from backend.access.roles import Role
from backend.people.household import Household, HouseholdSettings
from backend.people.person import Person
from backend.people.tables import households, people

_HOUSEHOLD = [
    households.c.number.label("id"),
    *(households.c[name] for name in Household.model_fields if name != "id"),
]
_PERSON = [
    people.c.number.label("id"),
    *(people.c[name] for name in Person.model_fields if name != "id"),
]


def household(db: Connection, household_id: int) -> Household | None:
    """The household of this number."""
    found = db.execute(select(*_HOUSEHOLD).where(households.c.number == household_id)).first()
    return Household.model_validate(found._asdict()) if found else None


def all_households(db: Connection) -> list[Household]:
    """All households of this server, in the order of their coming."""
    rows = db.execute(select(*_HOUSEHOLD).order_by(households.c.number))
    return [Household.model_validate(row._asdict()) for row in rows]


def add_household(
    db: Connection, household_id: int, settings: HouseholdSettings, now: float
) -> None:
    """Make it."""
    values = settings.model_dump() | {"number": household_id, "created_at": now}
    db.execute(insert(households).values(values))


def change_household(db: Connection, household_id: int, settings: HouseholdSettings) -> None:
    """Let these be its settings."""
    same = households.c.number == household_id
    db.execute(update(households).where(same).values(settings.model_dump()))


def people_of(db: Connection, household_id: int) -> list[Person]:
    """Who belongs to it, in the order of their coming."""
    query = _present().where(people.c.household_id == household_id)
    return [_person(row) for row in db.execute(query.order_by(people.c.number)).mappings()]


def person(db: Connection, person_id: int) -> Person | None:
    """One person, also one that was removed."""
    return _one(db, select(*_PERSON).where(people.c.number == person_id))


def present(db: Connection, person_id: int, household_id: int) -> Person | None:
    """One person, if it belongs to this household."""
    query = _present().where(people.c.number == person_id, people.c.household_id == household_id)
    return _one(db, query)


def by_login(db: Connection, login: str) -> tuple[Person, str] | None:
    """Who logs in by this name, and the hash of the password."""
    query = select(*_PERSON, people.c.password_hash).where(people.c.login == login)
    found = db.execute(query.where(people.c.removed_at.is_(None))).mappings().first()
    return (_person(found), found["password_hash"]) if found else None


def password_hash(db: Connection, person_id: int) -> str | None:
    """The hash of the person's password."""
    found: str | None = db.scalar(
        select(people.c.password_hash).where(people.c.number == person_id)
    )
    return found


def owners(db: Connection, household_id: int) -> int:
    """How many there are."""
    query = select(func.count()).where(
        people.c.household_id == household_id,
        people.c.role == Role.OWNER,
        people.c.removed_at.is_(None),
    )
    return db.scalar(query) or 0


def add_person(db: Connection, values: Mapping[str, Any]) -> Person:
    """Make a person of these columns; raises IntegrityError where the login is taken."""
    added = db.execute(insert(people).values(**values).returning(*_PERSON))
    return _person(added.mappings().one())


def change_person(db: Connection, person_id: int, values: Mapping[str, Any]) -> None:
    """Let these columns have these values."""
    db.execute(update(people).where(people.c.number == person_id).values(**values))


def _present() -> Select[Any]:
    return select(*_PERSON).where(people.c.removed_at.is_(None))


def _one(db: Connection, query: Select[Any]) -> Person | None:
    found = db.execute(query).mappings().first()
    return _person(found) if found else None


def _person(row: RowMapping) -> Person:
    return Person.model_validate({name: row[name] for name in Person.model_fields})
