"""What the household's database says of the record, as rows: hours, incidents, cameras."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, exists, func, select

from backend.activity.tables import hours, position
from backend.alerts.ledger.states import AlertState
from backend.alerts.ledger.tables import alerts
from backend.cameras.tables import cameras
from backend.escalation.said import first_answers, last_verdicts, somebody_there
from backend.escalation.tables import answers, escalations, verdicts
from backend.incidents.store import incidents
from backend.record.floor import Lain
from backend.storage.database import Database
from backend.troubles.table import TROUBLES

AT_ONCE = 5000
"""So many hours are read while others wait for the database: some 20 ms."""

HOUR_TYPES = {
    "camera_id": "VARCHAR",
    "began_at": "DOUBLE",
    "active_sec": "DOUBLE",
    "still_sec": "DOUBLE",
    "lying_sec": "DOUBLE",
    "nobody_sec": "DOUBLE",
    "blind_sec": "DOUBLE",
    "stirs": "BIGINT",
    "moved_first_at": "DOUBLE",
    "moved_last_at": "DOUBLE",
    "walked_sec": "DOUBLE",
    "walked_lengths": "DOUBLE",
    "rises": "BIGINT",
}
INCIDENT_TYPES = {
    "incident_id": "VARCHAR",
    "began_at": "DOUBLE",
    "camera_id": "VARCHAR",
    "label": "VARCHAR",
    "person": "BIGINT",
    "is_test": "BOOLEAN",
    "is_told": "BOOLEAN",
    "seen": "VARCHAR",
    "duration_sec": "DOUBLE",
    "verdict": "VARCHAR",
    "answered_after_sec": "DOUBLE",
    "answer": "VARCHAR",
    "floor_sec": "DOUBLE",
}


class CameraRow(NamedTuple):
    """A camera of which something is kept; without a place in words its name is one."""

    camera_id: str
    place: str
    household_id: int


@dataclass(frozen=True)
class Whose:
    """Which cameras are a household's, of those of which something is kept; the others say by
    their names whose they are."""

    household_id: int
    cameras: Sequence[CameraRow]

    @property
    def own(self) -> list[CameraRow]:
        """Those that are."""
        return [it for it in self.cameras if it.household_id == self.household_id]

    @property
    def strangers(self) -> list[str]:
        """The cameras of others."""
        return [it.camera_id for it in self.cameras if it.household_id != self.household_id]


def version_of(db: Connection) -> tuple[Any, ...]:
    """What changes whenever one of the rows does."""
    of = incidents.c
    counted = db.execute(select(position).order_by(position.c.server)).all()
    said = [
        db.execute(select(func.count(), func.max(table.c.number)).select_from(table)).one()
        for table in (answers, verdicts, hours, cameras)
    ]
    changing = db.execute(
        select(
            func.count(),
            func.max(of.number),
            func.count(of.ended_at),
            func.sum(of.ended_at),
            func.count(of.seen),
            func.count().filter(of.is_test),
        )
    ).one()
    told = db.scalar(select(func.count()).where(alerts.c.state != AlertState.MUTED))
    parts = db.scalar(select(func.count(escalations.c.part_of)))
    places = [tuple(it) for it in read_cameras(db)]
    return (*map(tuple, counted), *map(tuple, (*said, changing)), told, parts, places)


def read_cameras(db: Connection) -> list[CameraRow]:
    """All of which something is kept, also those that were removed."""
    of = cameras.c
    query = select(of.camera_id, func.coalesce(of.place, of.camera_id), of.household_id)
    return [CameraRow(*row) for row in db.execute(query.order_by(of.number))]


def read_hours(database: Database, household_id: int) -> list[Sequence[object]]:
    """The hours of a household's cameras, a piece at a time."""
    rows, last = list[Sequence[object]](), -1
    columns = [hours.c[name] for name in HOUR_TYPES]
    while True:
        following = hours.c.number > last, hours.c.household_id == household_id
        query = select(hours.c.number, *columns).where(*following)
        with database.reading() as db:
            piece = db.execute(query.order_by(hours.c.number).limit(AT_ONCE)).all()
        rows += [row[1:] for row in piece]
        if len(piece) < AT_ONCE:
            return rows
        last = piece[-1].number


def read_incidents(db: Connection, household_id: int) -> list[Sequence[object]]:
    """The incidents of a household, troubles apart."""
    found = db.execute(_incidents(household_id)).all()
    judged = {row.id: row.verdict for row in found}
    lain = {row.id: _lain(row, judged.get(row.part_of)) for row in found}
    parts: dict[str, list[Lain]] = {}
    for row in found:
        if row.part_of in lain:
            parts.setdefault(row.part_of, []).append(lain[row.id])
    return [_row(row, lain[row.id].floor_sec(parts.get(row.id, ()))) for row in found]


def _incidents(household_id: int) -> Select[Any]:
    of = incidents.c
    said, first, there = last_verdicts(), first_answers(), somebody_there()
    is_told = exists().where(alerts.c.incident == of.id, alerts.c.state != AlertState.MUTED)
    joined = (
        incidents.outerjoin(said, said.c.incident_id == of.id)
        .outerjoin(first, first.c.incident_id == of.id)
        .outerjoin(there, there.c.incident_id == of.id)
        .outerjoin(escalations, escalations.c.incident_id == of.id)
    )
    columns = (
        incidents,
        said.c.verdict,
        first.c.answer,
        first.c.at.label("answered_at"),
        there.c.at.label("there_at"),
        escalations.c.part_of,
        is_told.label("is_told"),
    )
    mine = of.household_id == household_id, of.label.not_in(TROUBLES)
    return select(*columns).select_from(joined).where(*mine).order_by(of.began_at, of.number)


def _lain(row: Row[Any], whole_verdict: str | None) -> Lain:
    """What came of a fall is judged with it, where nobody has judged it itself."""
    verdict = row.verdict or whole_verdict
    return Lain(row.label, row.began_at, row.ended_at, row.seen, verdict, row.there_at)


def _row(row: Row[Any], floor_sec: float | None) -> Sequence[object]:
    waited = None if row.answered_at is None else max(0.0, row.answered_at - row.received_at)
    return (
        row.id,
        row.began_at,
        row.camera_id,
        row.label,
        row.person,
        row.is_test,
        row.is_told,
        row.seen,
        row.duration_sec,
        row.verdict,
        waited,
        row.answer,
        floor_sec,
    )
