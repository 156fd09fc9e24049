"""The tables of households and people, asked and changed within a transaction of the caller's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, select, update

from backend.access.keys import FIRST_HOUSEHOLD
from backend.access.roles import Role
from backend.people.household import Household, HouseholdSettings
from backend.people.person import Person, Stage
from backend.people.tables import households, memberships, people

_HOUSEHOLD = [
    households.c.number.label("id"),
    *(households.c[name] for name in Household.model_fields if name != "id"),
]
_JOINED = people.join(memberships, memberships.c.person_id == people.c.number)
_OF_MEMBERSHIP = ("household_id", "role", "stage")
_OF_ACCOUNT = (
    *("login", "name", "language", "quiet_from", "quiet_until"),
    *("is_operator", "created_at"),
)
_PERSON = [
    people.c.number.label("id"),
    *(memberships.c[name] for name in _OF_MEMBERSHIP),
    *(people.c[name] for name in _OF_ACCOUNT),
    memberships.c.left_at.label("removed_at"),
]
_IS_THERE = memberships.c.left_at.is_(None)
_IS_ON = households.c.ended_at.is_(None)


def household(db: Connection, household_id: int) -> Household | None:
    """The household of this number, unless it has ended."""
    query = select(*_HOUSEHOLD).where(households.c.number == household_id, _IS_ON)
    found = db.execute(query).first()
    return Household.model_validate(found._asdict()) if found else None


def all_households(db: Connection) -> list[Household]:
    """All households of this server that have not ended, in the order of their coming."""
    rows = db.execute(select(*_HOUSEHOLD).where(_IS_ON).order_by(households.c.number))
    return [Household.model_validate(row._asdict()) for row in rows]


def add_household(
    db: Connection, household_id: int, settings: HouseholdSettings, now: float
) -> None:
    """Make it; raises IntegrityError where there is one of this number."""
    values = settings.model_dump() | {"number": household_id, "created_at": now}
    db.execute(insert(households).values(values))


def next_household(db: Connection) -> int:
    """The number of a new one; the first one's is kept for it."""
    newest = db.scalar(select(func.max(households.c.number)))
    return max(newest or 0, FIRST_HOUSEHOLD) + 1


def end_household(db: Connection, household_id: int, now: float) -> None:
    """Let it be over; of what its people said of it nothing but its number stays."""
    forgotten = {"name": "", "address": None, "resident": None, "entry_code": None}
    same = households.c.number == household_id
    db.execute(update(households).where(same).values(forgotten | {"ended_at": now}))


def ended_households(db: Connection) -> dict[int, float]:
    """When those ended that did, in seconds since 1970."""
    query = select(households.c.number, households.c.ended_at).where(~_IS_ON)
    return {row.number: row.ended_at for row in db.execute(query)}


def change_household(db: Connection, household_id: int, settings: HouseholdSettings) -> None:
    """Let these be its settings."""
    same = households.c.number == household_id
    db.execute(update(households).where(same).values(settings.model_dump()))


def people_of(db: Connection, household_id: int) -> list[Person]:
    """Who belongs to it, in the order of their coming."""
    query = _present().where(memberships.c.household_id == household_id)
    ordered = query.order_by(memberships.c.joined_at, people.c.number)
    return [_person(row) for row in db.execute(ordered).mappings()]


def everybody(db: Connection) -> list[Person]:
    """Who belongs to any household, in each of them, in the order of their coming there."""
    ordered = _present().order_by(memberships.c.joined_at, people.c.number)
    return [_person(row) for row in db.execute(ordered).mappings()]


def person(db: Connection, person_id: int, household_id: int | None = None) -> Person | None:
    """One person of this household, also one that was removed.

    Without a household, which is for names alone, as the person is or was in the first one.
    """
    query = _people().where(people.c.number == person_id)
    if household_id is not None:
        query = query.where(memberships.c.household_id == household_id)
    return _one(db, query.order_by(_IS_THERE.desc(), memberships.c.household_id))


def present(db: Connection, person_id: int, household_id: int) -> Person | None:
    """One person, if it belongs to this household."""
    mine = memberships.c.household_id == household_id
    return _one(db, _present().where(people.c.number == person_id, mine))


def memberships_of(db: Connection, person_id: int) -> list[Person]:
    """The person in each household that it belongs to, in the order of its coming there."""
    query = _present().where(people.c.number == person_id)
    ordered = query.order_by(memberships.c.joined_at, memberships.c.household_id)
    return [_person(row) for row in db.execute(ordered).mappings()]


def by_login(db: Connection, login: str) -> tuple[Person, str] | None:
    """Who logs in by this name, in the household that was joined first, and the password's hash."""
    query = _present(people.c.password_hash).where(people.c.login == login)
    found = db.execute(query.order_by(memberships.c.joined_at)).mappings().first()
    return (_person(found), found["password_hash"]) if found else None


def password_hash(db: Connection, person_id: int) -> str | None:
    """The hash of the person's password."""
    found: str | None = db.scalar(
        select(people.c.password_hash).where(people.c.number == person_id)
    )
    return found


def change_password(db: Connection, person_id: int, hashed: str) -> None:
    """Let this be the hash of the person's password."""
    query = update(people).where(people.c.number == person_id)
    db.execute(query.values(password_hash=hashed))


def owners(db: Connection, household_id: int) -> int:
    """How many there are."""
    query = select(func.count()).where(
        memberships.c.household_id == household_id, memberships.c.role == Role.OWNER, _IS_THERE
    )
    return db.scalar(query) or 0


def operators(db: Connection) -> list[int]:
    """The ids of those who are, in the order of their coming."""
    of = people.c
    query = select(of.number).where(of.is_operator, of.removed_at.is_(None))
    return list(db.scalars(query.order_by(of.number)))


def add_person(db: Connection, values: Mapping[str, Any]) -> Person:
    """Make an account that belongs to one household, of the columns of both.

    Raises IntegrityError where the login is taken.
    """
    account = {name: value for name, value in values.items() if name in people.c}
    number = db.scalar(insert(people).values(account).returning(people.c.number))
    household_id, now = values["household_id"], values["created_at"]
    return join(db, int(number or 0), household_id, values["role"], values["stage"], now)


def join(
    db: Connection, person_id: int, household_id: int, role: Role, stage: Stage | None, now: float
) -> Person:
    """Let a person belong to a household from now on, also one who had left it."""
    mine = _is(person_id, household_id)
    values = {"role": role, "stage": stage, "joined_at": now, "left_at": None}
    if not db.execute(update(memberships).where(*mine).values(values)).rowcount:
        whose = {"person_id": person_id, "household_id": household_id}
        db.execute(insert(memberships).values(values | whose))
    return _person(db.execute(_people().where(*mine)).mappings().one())


def leave(db: Connection, person_id: int, household_id: int, now: float) -> None:
    """Let a person belong to a household no more; the account ends with the last one."""
    db.execute(update(memberships).where(*_is(person_id, household_id)).values(left_at=now))
    if not memberships_of(db, person_id):
        gone = {"removed_at": now, "login": f"#{person_id}", "password_hash": ""}
        db.execute(update(people).where(people.c.number == person_id).values(gone))


def change_person(
    db: Connection, person_id: int, household_id: int, values: Mapping[str, Any]
) -> None:
    """Let these columns of the account, and of what the person is there, have these values."""
    account = {name: value for name, value in values.items() if name in people.c}
    there = {name: value for name, value in values.items() if name in memberships.c}
    if account:
        db.execute(update(people).where(people.c.number == person_id).values(account))
    if there:
        db.execute(update(memberships).where(*_is(person_id, household_id)).values(there))


def _is(person_id: int, household_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    of = memberships.c
    return of.person_id == person_id, of.household_id == household_id


def _people(*more: ColumnElement[Any]) -> Select[Any]:
    return select(*_PERSON, *more).select_from(_JOINED)


def _present(*more: ColumnElement[Any]) -> Select[Any]:
    return _people(*more).where(_IS_THERE)


def _one(db: Connection, query: Select[Any]) -> Person | None:
    found = db.execute(query).mappings().first()
    return _person(found) if found else None


def _person(row: RowMapping) -> Person:
    return Person.model_validate({name: row[name] for name in Person.model_fields})
