"""Somebody tries out a camera by falling before it: for minutes its incidents are tests.

Times are seconds since 1970 (UTC), by the clock that says when an event was received.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Float, Integer, Table, Text, insert, select, update

from backend.storage.tables import metadata
from contract.incidents import Incident

fall_tests = Table(
    "fall_tests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text, nullable=False),
    Column("person_id", Integer),
    Column("began_at", Float, nullable=False),
    Column("until", Float, nullable=False),
)
"""One ends `until` then; whoever ends it before lets that be now."""


MOST_SEC = 300.0
"""A real fall that is taken for a test is hidden for no longer."""


@dataclass(frozen=True)
class FallTest:
    """A row. Whoever has the API_KEY is no person."""

    number: int
    household_id: int
    camera_id: str
    person_id: int | None
    began_at: float
    until: float


_OF = fall_tests.c
_SHOWN = [_OF[name] for name in FallTest.__dataclass_fields__]


def begin(
    db: Connection,
    household_id: int,
    camera_id: str,
    person_id: int | None,
    now: float,
    until: float,
) -> FallTest:
    """One that lasts `until` then."""
    values = {
        "household_id": household_id,
        "camera_id": camera_id,
        "person_id": person_id,
        "began_at": now,
        "until": until,
    }
    return FallTest(*db.execute(insert(fall_tests).values(values).returning(*_SHOWN)).one())


def find(db: Connection, number: int) -> FallTest | None:
    """The one of this number."""
    row = db.execute(select(*_SHOWN).where(_OF.number == number)).first()
    return FallTest(*row) if row else None


def running(db: Connection, household_id: int, now: float) -> FallTest | None:
    """The household's that lasts now: one that begins later is of another clock."""
    query = select(*_SHOWN).where(
        _OF.household_id == household_id, _OF.began_at <= now, _OF.until > now
    )
    row = db.execute(query.order_by(_OF.number.desc()).limit(1)).first()
    return FallTest(*row) if row else None


def last(db: Connection, household_id: int, person_id: int | None) -> FallTest | None:
    """The newest of this person."""
    mine = _OF.household_id == household_id, _OF.person_id.is_not_distinct_from(person_id)
    row = db.execute(select(*_SHOWN).where(*mine).order_by(_OF.number.desc()).limit(1)).first()
    return FallTest(*row) if row else None


def of_incident(db: Connection, incident: Incident, heard_at: float) -> FallTest | None:
    """The test that the incident belongs to by what was heard of it at `heard_at`.

    It began within that too, as its camera box says: what began before is real.
    """
    query = select(*_SHOWN).where(
        _OF.camera_id == incident.camera_id,
        _OF.began_at <= min(incident.began_at, heard_at),
        _OF.until > heard_at,
    )
    row = db.execute(query.order_by(_OF.number.desc()).limit(1)).first()
    return FallTest(*row) if row else None


def end(db: Connection, number: int, now: float) -> None:
    """It is over, unless it was before."""
    lasts = _OF.number == number, _OF.until > now
    db.execute(update(fall_tests).where(*lasts).values(until=now))
