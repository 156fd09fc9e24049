"""The rows of an erasure: what it finds in the database, and takes out of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, delete, func, not_, select, update

from backend.alerts.ledger.channels import NEWS_SEC
from backend.alerts.ledger.tables import alerts, memos
from backend.cameras.tables import self_tests, visits
from backend.comments import store as comments
from backend.erasure.going_on import goes_on, kept_ids
from backend.erasure.scope import Scope
from backend.escalation.tables import answers, escalations, verdicts
from backend.events.journal.record import Record
from backend.events.store import ERASED, events
from backend.incidents.fall_tests import fall_tests
from backend.incidents.incident import key_of
from backend.incidents.store import incidents
from contract.comments import SubjectKind
from contract.erasures import ErasedCounts
from contract.events import IncidentEvent

AT_ONCE = 50
"""So many incidents are one transaction, for which others wait."""
OF_INCIDENT = (
    escalations.c.incident_id,
    answers.c.incident_id,
    verdicts.c.incident_id,
    self_tests.c.incident_id,
)
"""What goes with an incident, uncounted; its deliveries and steps go with their rows."""
SLACK_SEC = 1.0


@dataclass(frozen=True)
class Found:
    """What an erasure finds: `counts` of what goes, and how many incidents are `kept`."""

    counts: ErasedCounts
    kept: int


def find(db: Connection, scope: Scope, now: float, replays: set[str]) -> Found:
    """What would go now; its events are STARTs and ENDs only. `replays` are by incident."""
    of, goes = incidents.c, [*scope.incidents(), not_(goes_on(now))]
    ids = select(of.id).where(*goes)
    starts, ends = db.execute(
        select(func.count(of.start_key), func.count(of.end_key)).where(*goes)
    ).one()
    found = db.scalars(ids).all()
    counts = ErasedCounts(
        events=starts + ends,
        incidents=len(found),
        alerts=_count(db, alerts.c.incident.in_(ids)),
        notes=comments.count_of(db, SubjectKind.INCIDENT, ids),
        poses=len(replays.intersection(found)),
    )
    return Found(counts, count_kept(db, scope, now))


def count_kept(db: Connection, scope: Scope, now: float) -> int:
    """How many incidents are of it and go on."""
    return db.scalar(select(func.count()).select_from(kept_ids(scope, now).subquery())) or 0


def erase_some(db: Connection, scope: Scope, now: float, replays: set[str]) -> ErasedCounts | None:
    """Erase the oldest incidents with all that is theirs; None once there are no more.

    Their replays, of those that there are, are only counted.
    """
    chosen = select(incidents).where(*scope.incidents(), not_(goes_on(now)))
    rows = db.execute(chosen.order_by(incidents.c.number).limit(AT_ONCE)).all()
    if not rows:
        return None
    ids = [row.id for row in rows]
    for column in OF_INCIDENT:
        db.execute(delete(column.table).where(column.in_(ids)))
    counts = ErasedCounts(
        events=sum(_erase_events(db, row) for row in rows),
        incidents=len(ids),
        alerts=db.execute(delete(alerts).where(alerts.c.incident.in_(ids))).rowcount,
        notes=comments.erase(db, SubjectKind.INCIDENT, ids),
        poses=len(replays.intersection(ids)),
    )
    db.execute(delete(incidents).where(incidents.c.id.in_(ids)))
    return counts


def erase_rest(db: Connection, scope: Scope, now: float) -> None:
    """Erase what belongs to no incident."""
    _erase_memos(db, scope, now)
    is_old = self_tests.c.asked_at < now - NEWS_SEC
    tested = _at(scope, self_tests.c.asked_at)
    db.execute(delete(self_tests).where(*tested, self_tests.c.incident_id.is_(None), is_old))
    tried = _at(scope, fall_tests.c.began_at)
    db.execute(delete(fall_tests).where(*tried, fall_tests.c.until < now - NEWS_SEC))
    if scope.camera_id is None:
        of = visits.c
        began = scope.at(of.household_id, of.began_at, of.began_at)
        db.execute(delete(visits).where(*began, of.until <= now))


def _erase_memos(db: Connection, scope: Scope, now: float) -> None:
    """Those of today count for what a channel may still send; they need not say of which camera."""
    of, (since, until) = memos.c, scope.span
    named = [it for it in db.scalars(select(of.camera_id).distinct()) if scope.has_camera(it)]
    sent = of.camera_id.in_(named), of.sent_at >= since, of.sent_at < until
    db.execute(delete(memos).where(*sent, of.sent_at < now - NEWS_SEC))
    db.execute(update(memos).where(*sent).values(camera_id=""))


def _at(scope: Scope, time: Column[float]) -> list[ColumnElement[bool]]:
    """The conditions that a row of the table that has this `time` is of it."""
    return scope.at(time.table.c.household_id, time, time.table.c.camera_id)


def _erase_events(db: Connection, incident: Row[Any]) -> int:
    """Let nothing but the identities be left of an incident's START and END; how many they were."""
    last = max(incident.ended_at or 0.0, incident.began_at + (incident.duration_sec or 0.0))
    near = events.c.ts.between(incident.began_at - SLACK_SEC, last + SLACK_SEC)
    mine = events.c.camera_id == incident.camera_id
    query = select(events.c.number, events.c.record).where(mine, near, events.c.record != "")
    keys = (incident.start_key, incident.end_key)
    numbers = [number for number, line in db.execute(query) if _is_of(line, keys)]
    db.execute(update(events).where(events.c.number.in_(numbers)).values(ERASED))
    return len(numbers)


def _is_of(line: str, keys: tuple[str | None, str | None]) -> bool:
    """Whether a line is of the incident with these keys; one that cannot be read may be."""
    record = Record.read(line.encode())
    if record is None:
        return True
    return isinstance(record.event, IncidentEvent) and key_of(record.event) in keys


def _count(db: Connection, condition: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).where(condition)) or 0
