"""The table of contacts, asked and changed within a transaction of the caller's."""

from collections.abc import Iterable
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, Row, Select, insert, select, update

from backend.contacts.contact import Contact
from backend.contacts.tables import contacts

BY_A_PERSON = "removed by a person"
"""Why most are: `removed_because` of the others is what the service of it has said."""


def present(db: Connection) -> list[Contact]:
    """Those that were not removed, in the order of their coming."""
    return [_contact(row) for row in db.execute(_present().order_by(contacts.c.number))]


def of_people(db: Connection, person_ids: Iterable[int]) -> list[Contact]:
    """Those of these people, in the order of their coming."""
    theirs = _present().where(contacts.c.person_id.in_(list(person_ids)))
    return [_contact(row) for row in db.execute(theirs.order_by(contacts.c.number))]


def find(db: Connection, number: int) -> Contact | None:
    """The contact of this number, unless it was removed."""
    found = db.execute(_present().where(contacts.c.number == number)).first()
    return _contact(found) if found else None


def lost(db: Connection) -> dict[int, str]:
    """Why the last contact of each person went that nobody removed, by the person's id."""
    query = select(contacts.c.person_id, contacts.c.removed_because).where(
        contacts.c.removed_because != BY_A_PERSON
    )
    rows = db.execute(query.order_by(contacts.c.removed_at))
    return {row.person_id: row.removed_because for row in rows}


def add(
    db: Connection,
    household_id: int,
    person_id: int,
    kind: str,
    label: str,
    address: str,
    at: float,
) -> Contact:
    """A new one."""
    row = db.execute(
        insert(contacts)
        .values(
            household_id=household_id,
            person_id=person_id,
            kind=kind,
            label=label,
            address=address,
            created_at=at,
        )
        .returning(contacts.c.number)
    )
    number: int = row.scalar_one()
    return Contact(number, household_id, person_id, kind, label, SecretStr(address), at)


def change(db: Connection, number: int, **values: object) -> None:
    """Let these columns of a contact have these values."""
    db.execute(update(contacts).where(contacts.c.number == number).values(**values))


def _present() -> Select[Any]:
    return select(contacts).where(contacts.c.removed_at.is_(None))


def _contact(row: Row[Any]) -> Contact:
    values = row._asdict()
    return Contact(**(values | {"address": SecretStr(values["address"])}))
