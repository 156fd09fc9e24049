"""The table of sessions, asked and changed within a transaction of the caller's."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from backend.people import store
from backend.people.person import Person
from backend.people.tables import people, sessions

KEPT_SEC = 30 * 86_400.0
"""A session that has been over for so long is forgotten."""
MAX_SESSIONS = 50
"""Of a person: a login more ends the one that was used longest ago."""
_COLUMNS = sessions.c


class Session(BaseModel):
    """That somebody is logged in on one device. Times are seconds since 1970 (UTC)."""

    model_config = ConfigDict(frozen=True)

    id: str
    device: str
    """As its browser or program calls itself."""
    address: str
    created_at: float
    used_at: float
    expires_at: float


def add(db: Connection, person: Person, session: Session, digest: str) -> list[str]:
    """Begin a session, and forget those of the person that have long been over.

    Returns the ids of those that were too many.
    """
    mine = _COLUMNS.person_id == person.id
    db.execute(delete(sessions).where(mine, _COLUMNS.expires_at < session.created_at - KEPT_SEC))
    owner = {"person_id": person.id, "household_id": person.household_id}
    db.execute(insert(sessions).values(session.model_dump() | owner | {"refresh_digest": digest}))
    newest = _COLUMNS.used_at.desc(), _COLUMNS.created_at.desc()
    others = select(_COLUMNS.id).where(mine, _COLUMNS.id != session.id).order_by(*newest)
    too_many = list(db.scalars(others.offset(MAX_SESSIONS - 1)))
    db.execute(delete(sessions).where(_COLUMNS.id.in_(too_many)))
    return too_many


def addresses_of(db: Connection, login: str) -> list[str]:
    """Where the account of this name has logged in from, as far as that is remembered."""
    query = select(_COLUMNS.address).distinct().join(people, people.c.number == _COLUMNS.person_id)
    return list(db.scalars(query.where(people.c.login == login)))


def person_of(db: Connection, session_id: str, now: float) -> Person | None:
    """Who has the session, in the household that it looks at; None if it is over."""
    query = select(_COLUMNS.person_id, _COLUMNS.household_id)
    found = db.execute(query.where(_COLUMNS.id == session_id, _is_on(now))).first()
    return store.present(db, found.person_id, found.household_id) if found else None


def look_at(db: Connection, session_id: str, household_id: int) -> None:
    """Let it look at this household from now on."""
    query = update(sessions).where(_COLUMNS.id == session_id)
    db.execute(query.values(household_id=household_id))


def rotate(
    db: Connection, session_id: str, before: str, after: str, now: float, expires_at: float
) -> bool:
    """Let `after` be the digest of its refresh token; False unless `before` is."""
    same = (_COLUMNS.id == session_id, _COLUMNS.refresh_digest == before, _is_on(now))
    values = {"refresh_digest": after, "used_at": now, "expires_at": expires_at}
    return db.execute(update(sessions).where(*same).values(values)).rowcount == 1


def listed(db: Connection, person_id: int, now: float) -> list[Session]:
    """Those of a person that are not over, the one that was used last first."""
    query = select(*(_COLUMNS[name] for name in Session.model_fields))
    mine = query.where(_COLUMNS.person_id == person_id, _is_on(now))
    found = db.execute(mine.order_by(_COLUMNS.used_at.desc()))
    return [Session.model_validate(row._asdict()) for row in found]


def end(db: Connection, now: float, reason: str, *wanted: ColumnElement[bool]) -> list[str]:
    """End those that are `wanted` and not over; their ids."""
    query = update(sessions).where(_is_on(now), *wanted)
    ended = query.values(ended_at=now, end_reason=reason).returning(_COLUMNS.id)
    return list(db.scalars(ended))


def is_one(session_id: str) -> ColumnElement[bool]:
    """This session."""
    return _COLUMNS.id == session_id


def is_of(person_id: int) -> ColumnElement[bool]:
    """One of this person's."""
    return _COLUMNS.person_id == person_id


def looks_at(household_id: int) -> ColumnElement[bool]:
    """One that looks at this household."""
    return _COLUMNS.household_id == household_id


def _is_on(now: float) -> ColumnElement[bool]:
    return _COLUMNS.ended_at.is_(None) & (_COLUMNS.expires_at > now)
