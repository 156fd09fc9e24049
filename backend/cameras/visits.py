"""Who is with the person: somebody has said "I am here" until then."""

import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, insert, select, update

from backend.cameras.errors import UnknownVisit
from backend.cameras.tables import visits
from backend.storage.database import Database

MAX_MINUTES = 480


class Visit(BaseModel):
    """Times are seconds since 1970 (UTC). `person_id` is None for whoever has the API_KEY."""

    id: int
    person_id: int | None
    began_at: float
    until: float


class VisitService:
    """Thread-safe. What was said is on the disk when a method returns, if that takes it."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def begin(self, household_id: int, person_id: int | None, minutes: float) -> Visit:
        """Somebody is there from now on; the same person's visit is taken to end then."""
        now = self._clock()
        until = now + 60 * min(minutes, MAX_MINUTES)
        row = {"household_id": household_id, "person_id": person_id}
        same = visits.c.person_id.is_not_distinct_from(person_id)
        with self._database.writing() as db:
            lasting = update(visits).where(*_lasting(household_id, now), same)
            db.execute(lasting.values(until=now))
            times = {"began_at": now, "until": until}
            added = insert(visits).values(row | times).returning(visits.c.number)
            number = db.execute(added).scalar_one()
        self._database.is_durable()
        return Visit(id=number, person_id=person_id, began_at=now, until=until)

    def lasting(self, household_id: int) -> list[Visit]:
        """Those that last now, in the order in which they began."""
        query = select(*_SHOWN).where(*_lasting(household_id, self._clock()))
        with self._database.reading() as db:
            return [
                Visit.model_validate(row._asdict())
                for row in db.execute(query.order_by(visits.c.number))
            ]

    def end(self, household_id: int, number: int) -> None:
        """The visitor has left; raises UnknownVisit."""
        now = self._clock()
        this = visits.c.number == number, *_lasting(household_id, now)
        with self._database.writing() as db:
            if not db.execute(update(visits).where(*this).values(until=now)).rowcount:
                raise UnknownVisit(f"no visit {number} that still lasts")
        self._database.is_durable()

    def is_accompanied(self, household_id: int, now: float) -> bool:
        """Whether somebody is with the person at `now` (seconds since 1970)."""
        with self._database.reading() as db:
            found = db.execute(select(visits.c.number).where(*_lasting(household_id, now)).limit(1))
            return found.first() is not None


_SHOWN = (visits.c.number.label("id"), visits.c.person_id, visits.c.began_at, visits.c.until)


def _lasting(household_id: int, now: float) -> tuple[ColumnElement[Any], ...]:
    """The conditions of a visit that lasts: one that begins later is of another clock."""
    of = visits.c
    return of.household_id == household_id, of.began_at <= now, of.until > now
