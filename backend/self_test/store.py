"""The self-tests in the database, within a transaction of the caller's."""

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from backend.cameras.tables import self_tests
from backend.escalation.tables import answers
from backend.incidents.store import incidents
from backend.self_test.schedule import SelfTest

_OF = self_tests.c
_SHOWN = [_OF[name] for name in SelfTest.__dataclass_fields__]


def begin(
    db: Connection,
    household_id: int,
    camera_id: str,
    now: float,
    *,
    asked_by: int | None = None,
    scheduled_for: float | None = None,
) -> SelfTest:
    """A new one; raises IntegrityError where there is one for this hour."""
    values = {
        "household_id": household_id,
        "camera_id": camera_id,
        "asked_at": now,
        "asked_by": asked_by,
        "scheduled_for": scheduled_for,
    }
    row = db.execute(insert(self_tests).values(values).returning(*_SHOWN)).one()
    return SelfTest(*row)


def change(db: Connection, number: int, **values: Any) -> None:
    """Let these columns have these values."""
    db.execute(update(self_tests).where(_OF.number == number).values(values))


def newest(db: Connection, household_id: int, limit: int) -> list[SelfTest]:
    """Newest first."""
    query = select(*_SHOWN).where(_OF.household_id == household_id)
    return [SelfTest(*row) for row in db.execute(query.order_by(_OF.number.desc()).limit(limit))]


def open_tests(db: Connection, household_id: int | None = None) -> list[SelfTest]:
    """Those of one household, or of all, that are not over, oldest first."""
    query = select(*_SHOWN).where(_OF.over_at.is_(None)).order_by(_OF.number)
    if household_id is not None:
        query = query.where(_OF.household_id == household_id)
    return [SelfTest(*row) for row in db.execute(query)]


def last_over(db: Connection, household_id: int) -> SelfTest | None:
    """A household's newest that is over."""
    query = select(*_SHOWN).where(_OF.over_at.is_not(None), _OF.household_id == household_id)
    row = db.execute(query.order_by(_OF.number.desc()).limit(1)).first()
    return SelfTest(*row) if row else None


def last_scheduled(db: Connection) -> dict[int, float]:
    """The hour that the last weekly one of each household was for."""
    query = select(_OF.household_id, func.max(_OF.scheduled_for))
    weekly = query.where(_OF.scheduled_for.is_not(None)).group_by(_OF.household_id)
    return {row[0]: row[1] for row in db.execute(weekly)}


def tested_at(db: Connection, household_id: int) -> dict[str, float]:
    """When each camera was asked last."""
    query = select(_OF.camera_id, func.max(_OF.asked_at)).where(_OF.household_id == household_id)
    return {row[0]: row[1] for row in db.execute(query.group_by(_OF.camera_id))}


def incident_of(db: Connection, test: SelfTest) -> tuple[str, float] | None:
    """The incident that its camera box has begun for it, and when that was heard of."""
    of = incidents.c
    query = select(of.id, of.received_at).where(
        of.camera_id == test.camera_id, of.sent_id == test.name, of.is_test
    )
    row = db.execute(query.limit(1)).first()
    return (row[0], row[1]) if row else None


def who_answered(db: Connection, incident_id: str) -> frozenset[int]:
    """The people who have answered it."""
    query = select(answers.c.person_id).where(
        answers.c.incident_id == incident_id, answers.c.person_id.is_not(None)
    )
    return frozenset(db.scalars(query))
