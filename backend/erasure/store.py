"""The erasures that were asked for, and how far each is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.tables import audit_log
from backend.erasure.copies import CopiesTaken
from backend.erasure.scope import Scope
from backend.erasure.tables import erasures
from backend.storage.database import Database
from contract.erasures import ErasedCounts, Erasure, ErasureState, LearntVersion

NO_SEGMENT = -1
_LEARNT = TypeAdapter(tuple[LearntVersion, ...])


@dataclass(frozen=True)
class Unfinished:
    """An erasure that is to go on."""

    number: int
    scope: Scope
    segment: int
    """The journal's file up to which lines are counted."""


class ErasureStore:
    """Thread-safe."""

    def __init__(self, database: Database, household_of: Callable[[str], int]) -> None:
        self._database, self._household_of = database, household_of

    def queue(self, caller: Caller, scopes: Sequence[Scope], now: float) -> None:
        """These were asked for, whatever is unfinished."""
        with self._database.writing() as db:
            for scope in scopes:
                db.execute(insert(erasures).values(_row(caller, scope, now)))

    def begin(self, caller: Caller, scope: Scope, now: float) -> Erasure | None:
        """It was asked for, and who asked stands in the audit log; None while one is unfinished.

        Those of other households go on, or wait, in their order.
        """
        with self._database.writing() as db:
            if _unfinished(db, erasures.c.household_id == caller.household_id):
                return None
            number = db.scalar(
                insert(erasures).values(_row(caller, scope, now)).returning(erasures.c.number)
            )
            # By its number: the camera's name is to stand in one place only.
            noted = {"action": Action.ERASED.value, "subject": str(number), "at": now}
            db.execute(insert(audit_log).values(_who(caller) | noted))
            return _erasure(db.execute(select(erasures).where(erasures.c.number == number)).one())

    def unfinished(self) -> Unfinished | None:
        """The one that is to go on."""
        with self._database.reading() as db:
            row = _unfinished(db)
        if row is None:
            return None
        of = row.household_id, row.camera_id, row.since, row.until
        return Unfinished(row.number, Scope(*of, self._household_of), row.segment)

    def newest(self, household_id: int, limit: int) -> list[Erasure]:
        """The newest, newest first."""
        mine = select(erasures).where(erasures.c.household_id == household_id)
        with self._database.reading() as db:
            rows = db.execute(mine.order_by(erasures.c.number.desc()).limit(limit)).all()
        return [_erasure(row) for row in rows]

    def note_file(self, number: int, segment: int, lines: int) -> None:
        """The `lines` of the journal's file `segment` are about to go. Idempotent."""
        of = erasures.c
        mine = update(erasures).where(of.number == number, of.segment < segment)
        with self._database.writing() as db:
            db.execute(mine.values(segment=segment, events=of.events + lines))

    def set_copies(self, number: int, taken: CopiesTaken) -> None:
        """So much goes of data sets. Idempotent."""
        values = {"dataset_files": taken.files, "learnt": _LEARNT.dump_json(taken.learnt).decode()}
        with self._database.writing() as db:
            db.execute(update(erasures).where(erasures.c.number == number).values(values))

    def finish(self, number: int, now: float) -> None:
        """Nothing is left of it."""
        with self._database.writing() as db:
            db.execute(update(erasures).where(erasures.c.number == number).values(finished_at=now))


def add_counts(db: Connection, number: int, counts: ErasedCounts) -> None:
    """These rows go, in the same transaction."""
    more = {name: erasures.c[name] + count for name, count in counts.model_dump().items()}
    db.execute(update(erasures).where(erasures.c.number == number).values(more))


def set_kept(db: Connection, number: int, kept: int) -> None:
    """So many incidents go on, and are left."""
    db.execute(update(erasures).where(erasures.c.number == number).values(kept=kept))


def _unfinished(db: Connection, *wanted: ColumnElement[bool]) -> Row[Any] | None:
    query = select(erasures).where(erasures.c.finished_at.is_(None), *wanted)
    return db.execute(query.order_by(erasures.c.number).limit(1)).first()


def _row(caller: Caller, scope: Scope, now: float) -> dict[str, object]:
    asked = {"camera_id": scope.camera_id, "since": scope.since, "until": scope.until}
    nothing = ErasedCounts().model_dump() | {"kept": 0, "segment": NO_SEGMENT, "learnt": "[]"}
    return _who(caller) | asked | nothing | {"asked_at": now}


def _who(caller: Caller) -> dict[str, object]:
    return {"household_id": caller.household_id, "person_id": caller.person_id}


def _erasure(row: Row[Any]) -> Erasure:
    is_done = row.finished_at is not None
    fields = row._asdict()
    counts = ErasedCounts(**{name: fields[name] for name in ErasedCounts.model_fields})
    return Erasure(
        number=row.number,
        person_id=row.person_id,
        camera_id=row.camera_id,
        since=row.since,
        until=row.until,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        state=ErasureState.DONE if is_done else ErasureState.RUNNING,
        progress=float(is_done),
        counts=counts,
        kept=row.kept,
        learnt=_LEARNT.validate_json(row.learnt),
    )
