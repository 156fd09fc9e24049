"""What is left of a household that has ended, once its record is erased: that goes too.

Two tables keep a line of it: `households` has its number, so that no other one gets it, and
`erasures` how much went. Who belonged to no other household is a number without a name.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, MetaData, Table, delete, func, select, update

from backend.contacts.tables import contacts
from backend.erasure.tables import erasures, parts
from backend.jobs import store as jobs
from backend.people.store import ended_households
from backend.people.tables import households, memberships, people
from backend.storage.database import Database
from backend.storage.tables import factory_metadata, metadata

KEPT = (households, erasures, contacts)
"""Contacts are a person's, whichever households she is of."""


class GoesOn(Exception):
    """Something of it is still under way: to be tried again in a moment."""


@dataclass(frozen=True)
class EndedHouseholds:
    """Thread-safe. `factory` is the database of the jobs."""

    database: Database
    factory: Database
    clock: Callable[[], float] = time.time

    def has(self, household_id: int) -> bool:
        """Whether this household has ended."""
        with self.database.reading() as db:
            return household_id in ended_households(db)

    def forget(self, household_id: int, erasure: int) -> None:
        """Delete all rows of it, but for those of this erasure; raises GoesOn. May be repeated."""
        if self.factory.is_made:
            with self.factory.writing() as db:
                self._end_jobs(db, household_id)
            with self.factory.writing() as db:
                if jobs.are_running(db, household_id):
                    raise GoesOn
                _delete(db, factory_metadata, household_id)
            self.factory.forget_deleted()
        with self.database.writing() as db:
            _delete(db, metadata, household_id)
            others = erasures.c.household_id == household_id, erasures.c.number != erasure
            those = select(erasures.c.number).where(*others)
            db.execute(delete(parts).where(parts.c.erasure.in_(those)))
            db.execute(delete(erasures).where(*others))
            _forget_people(db)

    def _end_jobs(self, db: Connection, household_id: int) -> None:
        for job_id in jobs.unended(db, household_id):
            jobs.ask_to_cancel(db, job_id, self.clock())


def _delete(db: Connection, schema: MetaData, household_id: int) -> None:
    for table in reversed(schema.sorted_tables):
        whose = None if table in KEPT else _is_of(table, household_id)
        if whose is not None:
            db.execute(delete(table).where(whose))


def _is_of(table: Table, household_id: int) -> ColumnElement[bool] | None:
    """The condition that a row is of the household, by itself or by the row that it belongs to."""
    if "household_id" in table.c:
        return table.c.household_id == household_id
    for key in table.foreign_keys:
        whose = _is_of(key.column.table, household_id)
        if whose is not None:
            return key.parent.in_(select(key.column).where(whose))
    return None


def _forget_people(db: Connection) -> None:
    """Names and contacts of those who are in no household's record; raises GoesOn."""
    of = people.c
    is_somewhere = of.number.in_(select(memberships.c.person_id))
    gone = select(of.number).where(of.removed_at.is_not(None), ~is_somewhere)
    theirs = contacts.c.person_id.in_(gone)
    if db.scalar(select(func.count()).where(theirs, contacts.c.removed_at.is_(None))):
        raise GoesOn  # their channels are being closed
    db.execute(delete(contacts).where(theirs))
    db.execute(update(people).where(of.number.in_(gone)).values(name=""))
