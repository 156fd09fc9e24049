"""What of a household stands beside its people: counted, and taken away with it."""

from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from backend.alerts.ledger.withdrawal import withdraw_all
from backend.cameras.tables import cameras, pairing_codes, self_tests, visits
from backend.escalation import store as escalation
from backend.incidents.fall_tests import fall_tests
from backend.incidents.store import incidents, resolve
from backend.people.tables import invitations, memberships
from backend.troubles.table import TROUBLES

OF_THE_DAY = (pairing_codes, visits, self_tests, fall_tests)
"""What is of no use to anybody once the household is over."""


def people_by_household(db: Connection) -> dict[int, int]:
    """How many people belong to each that has any."""
    of = memberships.c
    return _counted(db, memberships, of.left_at.is_(None))


def cameras_by_household(db: Connection) -> dict[int, int]:
    """How many cameras each has that has any."""
    return _counted(db, cameras, cameras.c.removed_at.is_(None))


def forget(db: Connection, household_id: int, now: float) -> None:
    """Delete what is of the day, and let no invitation be good any more."""
    for table in OF_THE_DAY:
        db.execute(delete(table).where(table.c.household_id == household_id))
    of = invitations.c
    good = of.household_id == household_id, of.used_at.is_(None)
    db.execute(update(invitations).where(*good).values(used_at=now))


def end_incidents(db: Connection, household_id: int, now: float) -> None:
    """Let nobody be notified of any incident any more.

    Troubles of cameras are over once the watchdog has seen that these are gone.
    """
    of = incidents.c
    theirs = select(of.id).where(of.household_id == household_id, of.label.not_in(TROUBLES))
    ids = db.scalars(theirs).all()
    withdraw_all(db, household_id, now)
    escalation.end(db, ids, now)
    resolve(db, ids)


def _counted(db: Connection, table: Table, is_there: Any) -> dict[int, int]:
    whose = table.c.household_id
    rows = db.execute(select(whose, func.count()).where(is_there).group_by(whose))
    return {row[0]: row[1] for row in rows}
