"""The table of batches, with what their jobs say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from backend.jobs.tables import jobs
from backend.tabular.tables import batches
from contract.jobs import JobState
from contract.tabular import Batch, BatchSpec

OF_JOB = {"state", "failure"}
_KEPT = [batches.c[name] for name in Batch.model_fields if name not in OF_JOB]
_STATE = func.coalesce(jobs.c.state, JobState.QUEUED).label("state")


def add(db: Connection, batch: Batch, spec: BatchSpec) -> None:
    """A new batch, of whose file nothing is known."""
    values = batch.model_dump(exclude=OF_JOB) | {"spec": spec.model_dump_json()}
    db.execute(insert(batches).values(values))


def find(db: Connection, job_id: str, household_id: int) -> Batch | None:
    """The batch that this job carries out, if it is one of this household."""
    mine = batches.c.job_id == job_id, batches.c.household_id == household_id
    row = db.execute(_shown().where(*mine)).first()
    return _batch(row) if row else None


def newest(db: Connection, household_id: int, model: str, limit: int) -> list[Batch]:
    """Those of a model, newest first."""
    query = _shown().where(batches.c.household_id == household_id, batches.c.model == model)
    rows = db.execute(query.order_by(batches.c.number.desc()).limit(limit))
    return [_batch(row) for row in rows]


def between(
    db: Connection, household_id: int, models: Sequence[str], since: float, until: float
) -> list[Batch]:
    """Those of models that were asked for from `since` to before `until`, oldest first."""
    of = batches.c
    asked = of.created_at >= since, of.created_at < until
    query = _shown().where(of.household_id == household_id, of.model.in_(models), *asked)
    return [_batch(row) for row in db.execute(query.order_by(of.number))]


def file_of(db: Connection, job_id: str) -> str | None:
    """The digest of its answers; None as long as there are none."""
    file: str | None = db.scalar(select(batches.c.file).where(batches.c.job_id == job_id))
    return file


def finish(db: Connection, job_id: str, file: str, rows: int, size: int, now: float) -> None:
    """Offer the answers, which are the file of this digest; what they were made of is let go."""
    values = {"file": file, "rows": rows, "bytes": size, "finished_at": now, "spec": None}
    db.execute(update(batches).where(batches.c.job_id == job_id).values(values))


def remove(db: Connection, job_id: str) -> None:
    """Forget a batch; its files are nobody's then."""
    db.execute(delete(batches).where(batches.c.job_id == job_id))


def _shown() -> Select[Any]:
    shown = select(*_KEPT, _STATE, jobs.c.failure)
    return shown.join_from(batches, jobs, jobs.c.id == batches.c.job_id, isouter=True)


def _batch(row: Row[Any]) -> Batch:
    return Batch.model_validate(row._asdict())
