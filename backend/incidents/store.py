"""The table of incidents: which one an event belongs to, and what it changes.

An incident is known by its camera, its label and its `incident_id`, and by its time: a counter that
starts again, or an id that another camera uses too, names another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from backend.cameras.camera_store import household_of
from backend.incidents import fall_tests
from backend.incidents.incident import begun, completed, key_of
from backend.storage.tables import metadata
from backend.troubles.table import TROUBLES
from contract.events import FALL, End, IncidentEvent
from contract.incidents import Incident, IncidentState

DAY_SEC = 86_400.0
"""A START and an END that are further apart are of two incidents."""
NAMELESS_SEC = 3600.0
"""The same of those without `incident_id`."""

INEXACT_SEC = 10.0
"""What came of a fall may seem to have begun so much before it."""

incidents = Table(
    "incidents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("camera_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("person", BigInteger),
    Column("state", Text, nullable=False),
    Column("began_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("duration_sec", Float),
    Column("seen", Text),
    Column("detail", Text),
    Column("received_at", Float, nullable=False),
    Column("sent_id", Text),
    Column("is_test", Boolean, nullable=False, server_default=false()),
    Column("start_key", Text),
    Column("end_key", Text),
    Index("incidents_by_sent_id", "camera_id", "label", "sent_id"),
    Index("incidents_by_time", "began_at"),
    Index("incidents_by_start", "start_key"),
    Index("incidents_by_end", "end_key"),
)
_SHOWN = [incidents.c[name] for name in Incident.model_fields]


@dataclass(frozen=True)
class Wanted:
    """Which incidents; None leaves it open. Times are seconds since 1970, `until` excluded."""

    household_id: int
    camera_id: str | None = None
    label: str | None = None
    state: IncidentState | None = None
    is_trouble: bool | None = None
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True)
class Taken:
    """The incident that an event belongs to; `is_new` unless exactly this event was there."""

    incident: Incident
    is_new: bool


def take(db: Connection, event: IncidentEvent, received_at: float) -> Taken:
    """Find or begin the incident of `event`, and change it as the event says. Idempotent.

    It is of the household whose camera it is. During a fall test it is a test, unless it was real
    before.
    """
    if same := of_event(db, event):
        return Taken(same, is_new=False)
    mark = {"end_key" if isinstance(event, End) else "start_key": key_of(event)}
    if half := _one(db, _other_half(event)):
        incident = completed(half, event)
        incident = _tested(db, incident, received_at) if half.is_test else incident
        query = update(incidents).where(incidents.c.id == half.id)
        db.execute(query.values(incident.model_dump() | mark))
    else:
        household_id = household_of(db, event.camera_id)
        incident = _tested(db, begun(event, received_at, household_id), received_at)
        whose = {"household_id": household_id}
        db.execute(insert(incidents).values(incident.model_dump() | mark | whose))
    return Taken(incident, is_new=True)


def of_event(db: Connection, event: IncidentEvent) -> Incident | None:
    """The incident that has taken `event`."""
    return of_key(db, key_of(event))


def of_key(db: Connection, key: str) -> Incident | None:
    """The incident that has taken the event of this key; its id is the key of its first one."""
    return _one(db, select(*_SHOWN).where(_has_event(key)))


def find(db: Connection, incident_id: str) -> Incident | None:
    """The incident of this id."""
    return _one(db, select(*_SHOWN).where(incidents.c.id == incident_id))


def newest(db: Connection, wanted: Wanted, limit: int) -> list[Incident]:
    """The newest that are `wanted`, newest first."""
    columns = incidents.c
    conditions = [
        column == value
        for column, value in (
            (columns.household_id, wanted.household_id),
            (columns.camera_id, wanted.camera_id),
            (columns.label, wanted.label),
            (columns.state, wanted.state),
        )
        if value is not None
    ]
    if wanted.is_trouble is not None:
        troubles = columns.label.in_(TROUBLES)
        conditions.append(troubles if wanted.is_trouble else not_(troubles))
    if wanted.since is not None:
        conditions.append(columns.began_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(columns.began_at < wanted.until)
    query = select(*_SHOWN).where(*conditions)
    ordered = query.order_by(columns.began_at.desc(), columns.number.desc()).limit(limit)
    return [_incident(row) for row in db.execute(ordered)]


def open_troubles(db: Connection, household_id: int | None = None) -> list[Incident]:
    """What the watchdog has found in one household, or in all, and is not over, oldest first."""
    query = select(*_SHOWN).where(incidents.c.label.in_(TROUBLES), incidents.c.end_key.is_(None))
    if household_id is not None:
        query = query.where(incidents.c.household_id == household_id)
    return [_incident(row) for row in db.execute(query.order_by(incidents.c.number))]


def last_trouble(db: Connection, camera_id: str) -> Incident | None:
    """The trouble of this camera that ended last."""
    query = select(*_SHOWN).where(
        incidents.c.camera_id == camera_id,
        incidents.c.label.in_(TROUBLES),
        incidents.c.end_key.is_not(None),
    )
    return _one(db, query.order_by(incidents.c.number.desc()).limit(1))


def mark_notified(db: Connection, ids: Sequence[str]) -> list[Incident]:
    """Somebody has been notified of these; returns those that have changed by it."""
    return _move(db, ids, (IncidentState.OPEN,), IncidentState.NOTIFIED)


def acknowledge(db: Connection, ids: Sequence[str]) -> list[Incident]:
    """A person has answered these; returns those that have changed by it."""
    before = (IncidentState.OPEN, IncidentState.NOTIFIED)
    return _move(db, ids, before, IncidentState.ACKNOWLEDGED)


def resolve(db: Connection, ids: Sequence[str]) -> list[Incident]:
    """A person says that these are over; returns those that have changed by it."""
    before = (IncidentState.OPEN, IncidentState.NOTIFIED, IncidentState.ACKNOWLEDGED)
    return _move(db, ids, before, IncidentState.RESOLVED)


def make_real(db: Connection, ids: Sequence[str]) -> list[Incident]:
    """These are no tests any more; returns those that have changed by it."""
    these = incidents.c.id.in_(ids), incidents.c.is_test
    changed = update(incidents).where(*these).values(is_test=False).returning(*_SHOWN)
    return [_incident(row) for row in db.execute(changed)]


def of_household(db: Connection, incident_id: str, household_id: int) -> Incident | None:
    """The incident of this id, if it is one of this household."""
    mine = incidents.c.id == incident_id, incidents.c.household_id == household_id
    return _one(db, select(*_SHOWN).where(*mine))


def of_sent(db: Connection, camera_id: str, sent_id: str, household_id: int) -> Incident | None:
    """The newest incident of which a camera sent this id, if it is one of this household."""
    mine = [incidents.c.camera_id == camera_id, incidents.c.sent_id == sent_id]
    query = select(*_SHOWN).where(*mine, incidents.c.household_id == household_id)
    return _one(db, query.order_by(incidents.c.number.desc()).limit(1))


def falls_before(db: Connection, later: Incident, within_sec: float) -> list[Incident]:
    """The falls of the same person at the same camera that `later` may have come of, newest first.

    They began at most `within_sec` seconds before it; who does not say how long it has lasted, or
    not exactly, may seem to have begun before.
    """
    of = incidents.c
    query = select(*_SHOWN).where(
        of.camera_id == later.camera_id,
        of.label == FALL,
        of.person.is_not_distinct_from(later.person),
        of.began_at.between(later.began_at - within_sec, later.began_at + INEXACT_SEC),
    )
    ordered = query.order_by(of.began_at.desc(), of.number.desc()).limit(10)
    return [_incident(row) for row in db.execute(ordered)]


def _tested(db: Connection, incident: Incident, heard_at: float) -> Incident:
    """The incident, as a test if a fall test is made when it is heard of."""
    if incident.is_test or incident.label in TROUBLES:
        return incident
    is_test = fall_tests.of_incident(db, incident, heard_at) is not None
    return incident.model_copy(update={"is_test": True}) if is_test else incident


def _move(
    db: Connection, ids: Sequence[str], before: Sequence[IncidentState], after: IncidentState
) -> list[Incident]:
    these = incidents.c.id.in_(ids), incidents.c.state.in_(before)
    moved = update(incidents).where(*these).values(state=after).returning(*_SHOWN)
    return [_incident(row) for row in db.execute(moved)]


def _has_event(key: str) -> ColumnElement[bool]:
    return or_(incidents.c.start_key == key, incidents.c.end_key == key)


def _identity(event: IncidentEvent) -> dict[str, object]:
    return {"camera_id": event.camera_id, "label": event.event, "sent_id": event.incident_id}


def _other_half(event: IncidentEvent) -> Select[Any]:
    """The newest incident that has no END yet, or for a START one that has nothing else.

    A trouble's `incident_id` is used once, and it may last for days.
    """
    columns = incidents.c
    heard_at = func.coalesce(
        columns.ended_at, columns.began_at + func.coalesce(columns.duration_sec, 0.0)
    )
    if isinstance(event, End):
        missing: list[ColumnElement[bool]] = [columns.end_key.is_(None)]
    else:
        missing = [columns.start_key.is_(None), heard_at >= event.ts]
    same = [columns[name].is_not_distinct_from(it) for name, it in _identity(event).items()]
    query = select(*_SHOWN).where(*same, *missing)
    if event.event not in TROUBLES:
        apart = DAY_SEC if event.incident_id else NAMELESS_SEC
        query = query.where(func.abs(heard_at - event.ts) <= apart)
    return query.order_by(columns.number.desc()).limit(1)


def _one(db: Connection, query: Select[Any]) -> Incident | None:
    found = db.execute(query).first()
    return _incident(found) if found else None


def _incident(row: Row[Any]) -> Incident:
    return Incident.model_validate(row._asdict())
