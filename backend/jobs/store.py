"""The tables of jobs: what the server asks of them. What a worker writes is in `claims`."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from backend.jobs.tables import job_lines, job_metrics, jobs
from contract.jobs import (
    ENDS,
    OF_PICTURES,
    RESUMABLE,
    Job,
    JobKind,
    JobLine,
    JobState,
    MetricAt,
)

SHOWN = [jobs.c[name] for name in Job.model_fields]
_JSON = ("spec", "result")
_WAITING = (JobState.QUEUED, JobState.RETRYING)
LEASE_SEC = 60.0
"""So long after its last heartbeat a worker still has its jobs; then another one may take them."""


@dataclass(frozen=True)
class Wanted:
    """Which jobs; None leaves it open. `before` is the id of a job that was listed already."""

    household_id: int
    kind: JobKind | None = None
    state: JobState | None = None
    before: str | None = None


def add(db: Connection, job: Job) -> None:
    """A new job."""
    db.execute(insert(jobs).values(written(job.model_dump())))


def find(db: Connection, job_id: str, household_id: int) -> Job | None:
    """The job of this id, if it is one of this household."""
    mine = jobs.c.id == job_id, jobs.c.household_id == household_id
    return _one(db, select(*SHOWN).where(*mine))


def newest(db: Connection, wanted: Wanted, limit: int) -> list[Job]:
    """The newest that are `wanted`, newest first."""
    query = select(*SHOWN).where(jobs.c.household_id == wanted.household_id)
    if wanted.kind is not None:
        query = query.where(jobs.c.kind == wanted.kind)
    if wanted.state is not None:
        query = query.where(jobs.c.state == wanted.state)
    if wanted.before is not None:
        seen = jobs.c.id == wanted.before, jobs.c.household_id == wanted.household_id
        last = select(jobs.c.number).where(*seen).scalar_subquery()
        query = query.where(jobs.c.number < last)
    return [job_of(row) for row in db.execute(query.order_by(jobs.c.number.desc()).limit(limit))]


def completed_before(db: Connection, job_ids: Sequence[str], moment: float) -> list[str]:
    """Those of these jobs that were completed before."""
    is_completed = jobs.c.state == JobState.COMPLETED, jobs.c.ended_at < moment
    return _among(db, job_ids, *is_completed)


def ended_of_pictures(db: Connection, job_ids: Sequence[str]) -> list[str]:
    """Those of these jobs that are about pictures, and have ended."""
    return _among(db, job_ids, jobs.c.kind.in_(OF_PICTURES), jobs.c.state.in_(ENDS))


def running(db: Connection, job_ids: Sequence[str]) -> set[str]:
    """Those of these that a worker carries out."""
    of = jobs.c
    query = select(of.id).where(of.id.in_(job_ids), of.state == JobState.RUNNING)
    return set(db.scalars(query))


def unended(db: Connection, household_id: int) -> list[str]:
    """The ids of a household's jobs that have not ended."""
    mine = jobs.c.household_id == household_id
    return list(db.scalars(select(jobs.c.id).where(mine, jobs.c.state.not_in(ENDS))))


def are_running(db: Connection, household_id: int) -> bool:
    """Whether a worker carries out any of a household's jobs."""
    return bool(running(db, unended(db, household_id)))


def ask_to_cancel(db: Connection, job_id: str, now: float) -> Job | None:
    """Cancel it if no worker has it in hand, else let its worker know; None where it had ended."""
    this = jobs.c.id == job_id
    is_left = and_(jobs.c.state == JobState.RUNNING, jobs.c.heartbeat_at < now - LEASE_SEC)
    waiting = update(jobs).where(this, or_(jobs.c.state.in_(_WAITING), is_left))
    ended = {"state": JobState.CANCELLED, "ended_at": now, "cancel_asked_at": now}
    if found := _one(db, waiting.values(ended).returning(*SHOWN)):
        return found
    running = update(jobs).where(this, jobs.c.state == JobState.RUNNING)
    return _one(db, running.values(cancel_asked_at=now).returning(*SHOWN))


def let_go(db: Connection, kinds: Collection[JobKind], named: str, now: float) -> None:
    """Cancel the jobs of these kinds whose spec names it, and forget what they have said."""
    these = jobs.c.kind.in_(kinds), jobs.c.spec.contains(f'"{named}"', autoescape=True)
    going = update(jobs).where(*these, jobs.c.state.not_in(ENDS))
    db.execute(going.values(cancel_asked_at=now))
    waiting = update(jobs).where(*these, jobs.c.state.in_(_WAITING))
    db.execute(waiting.values(state=JobState.CANCELLED, ended_at=now))
    db.execute(update(jobs).where(*these).values(result=None))
    theirs = job_lines.c.job_id.in_(select(jobs.c.id).where(*these))
    db.execute(delete(job_lines).where(theirs))


def requeue(db: Connection, job_id: str) -> Job | None:
    """Queue one again that has not come to its end; None where it cannot be."""
    again = {"state": JobState.QUEUED, "attempts": 0, "cancel_asked_at": None, "ended_at": None}
    again |= {"not_before": None, "failure": None}
    these = jobs.c.id == job_id, jobs.c.state.in_(RESUMABLE)
    return _one(db, update(jobs).where(*these).values(again).returning(*SHOWN))


def lines_after(db: Connection, job_id: str, number: int, limit: int) -> list[JobLine]:
    """The lines of its log behind line `number`, oldest first."""
    of = job_lines.c
    query = select(of.number, of.at, of.line).where(of.job_id == job_id, of.number > number)
    rows = db.execute(query.order_by(of.number).limit(limit))
    return [JobLine.model_validate(row._asdict()) for row in rows]


def metrics_after(db: Connection, job_id: str, number: int) -> tuple[list[MetricAt], int]:
    """Its figures behind the one of this number, and the number of the last."""
    of = job_metrics.c
    query = select(of.number, of.fit, of.name, of.epoch, of.value)
    rows = db.execute(query.where(of.job_id == job_id, of.number > number).order_by(of.number))
    found = [row._asdict() for row in rows]
    last = found[-1]["number"] if found else number
    return [MetricAt.model_validate(row) for row in found], last


def ends(db: Connection, job_id: str) -> tuple[int, int]:
    """The numbers of the last line and of the last figure that there are."""
    line = select(func.max(job_lines.c.number)).where(job_lines.c.job_id == job_id)
    metric = select(func.max(job_metrics.c.number)).where(job_metrics.c.job_id == job_id)
    return db.scalar(line) or 0, db.scalar(metric) or 0


def metrics_of(db: Connection, job_id: str) -> list[MetricAt]:
    """Its figures, in the order of their coming."""
    return metrics_after(db, job_id, 0)[0]


def written(values: dict[str, Any]) -> dict[str, Any]:
    """Fields of a job as its row has them."""
    as_json = {name: json.dumps(values[name]) for name in _JSON if values.get(name) is not None}
    return values | as_json


def _among(db: Connection, job_ids: Sequence[str], *wanted: ColumnElement[bool]) -> list[str]:
    query = select(jobs.c.id).where(jobs.c.id.in_(job_ids), *wanted)
    return list(db.scalars(query.order_by(jobs.c.number)))


def _one(db: Connection, query: Any) -> Job | None:
    found = db.execute(query).first()
    return job_of(found) if found else None


def job_of(row: Row[Any]) -> Job:
    """The job of a row with the columns SHOWN."""
    values = row._asdict()
    result = values["result"]
    values |= {"spec": json.loads(values["spec"]), "result": result and json.loads(result)}
    return Job.model_validate(values)
