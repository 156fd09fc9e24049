"""The table of looks, with what their jobs say."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from backend.jobs.tables import jobs
from backend.looks.tables import looks
from contract.jobs import JobState
from contract.looks import Look, LookFigures

OF_JOB = {"state", "failure"}
_KEPT = [looks.c[name] for name in Look.model_fields if name not in OF_JOB]
_STATE = func.coalesce(jobs.c.state, JobState.QUEUED).label("state")
_IS_THERE = looks.c.removed_at.is_(None)


def add(db: Connection, look: Look) -> None:
    """A new look, of whose files nothing is known."""
    db.execute(insert(looks).values(look.model_dump(exclude=OF_JOB)))


def find(db: Connection, look_id: str, household_id: int) -> Look | None:
    """The look of this id, if it is one of this household."""
    return _one(db, looks.c.id == look_id, looks.c.household_id == household_id)


def of_job(db: Connection, job_id: str) -> Look | None:
    """What the job learns."""
    return _one(db, looks.c.job_id == job_id)


def newest(db: Connection, household_id: int, limit: int) -> list[Look]:
    """Newest first."""
    query = _shown().where(looks.c.household_id == household_id)
    return [_look(row) for row in db.execute(query.order_by(looks.c.number.desc()).limit(limit))]


def known(db: Connection) -> set[str]:
    """The ids of all looks, of every household."""
    return set(db.scalars(select(looks.c.id).where(_IS_THERE)))


def finish(db: Connection, look_id: str, figures: LookFigures, size: int, now: float) -> bool:
    """It was learnt, with files of `size` bytes; False where it was deleted meanwhile."""
    values = {"figures": figures.model_dump_json(), "bytes": size, "finished_at": now}
    this = update(looks).where(looks.c.id == look_id, _IS_THERE)
    return db.execute(this.values(values)).rowcount > 0


def remove(db: Connection, look_id: str, now: float) -> None:
    """Nobody finds it any more."""
    db.execute(update(looks).where(looks.c.id == look_id, _IS_THERE).values(removed_at=now))


def _shown() -> Select[Any]:
    shown = select(*_KEPT, _STATE, jobs.c.failure)
    return shown.join_from(looks, jobs, jobs.c.id == looks.c.job_id, isouter=True).where(_IS_THERE)


def _one(db: Connection, *wanted: Any) -> Look | None:
    found = db.execute(_shown().where(*wanted)).first()
    return _look(found) if found else None


def _look(row: Row[Any]) -> Look:
    values = row._asdict()
    figures = values["figures"]
    return Look.model_validate(
        values | {"figures": figures and LookFigures.model_validate_json(figures)}
    )
