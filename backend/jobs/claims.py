"""What a worker writes into the tables of jobs. A claim counts until another one is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from backend.jobs.store import LEASE_SEC, SHOWN, job_of, written
from backend.jobs.tables import job_lines, job_metrics, jobs
from contract.jobs import Job, JobState, MetricAt, Progress

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Claim:
    """A job in the hands of a worker, by the number of this claim among all of the job's."""

    job_id: str
    number: int

    @property
    def is_held(self) -> Condition:
        """That nobody else has claimed the job, and that it has not ended."""
        return and_(
            jobs.c.id == self.job_id,
            jobs.c.claim == self.number,
            jobs.c.state == JobState.RUNNING,
        )


def claim_of(job: Job) -> Claim:
    """The one that `job` was read with."""
    return Claim(job.id, job.claim)


def claim_next(db: Connection, queue: str, worker: str, now: float) -> Job | None:
    """Take the next job of a queue: one that a worker has left, one to be tried again, a new one.

    Of two workers one gets it.
    """
    left = and_(jobs.c.state == JobState.RUNNING, jobs.c.heartbeat_at < now - LEASE_SEC)
    again = and_(jobs.c.state == JobState.RETRYING, jobs.c.not_before <= now)
    for state, is_first_try in ((left, False), (again, True), (_is_queued(), True)):
        if found := _claim(db, and_(jobs.c.queue == queue, state), worker, now, is_first_try):
            return found
    return None


def held_by(db: Connection, worker: str) -> list[Job]:
    """The jobs in this worker's hands, oldest first."""
    mine = select(*SHOWN).where(jobs.c.worker == worker, jobs.c.state == JobState.RUNNING)
    return [job_of(row) for row in db.execute(mine.order_by(jobs.c.number))]


def beat(db: Connection, worker: str, now: float) -> None:
    """Say that the worker is there and has all its jobs in hand."""
    mine = jobs.c.worker == worker, jobs.c.state == JobState.RUNNING
    db.execute(update(jobs).where(*mine).values(heartbeat_at=now))


def find_held(db: Connection, claim: Claim) -> Job | None:
    """The job, as long as the claim counts."""
    found = db.execute(select(*SHOWN).where(claim.is_held).with_for_update()).first()
    return job_of(found) if found else None


def settle(db: Connection, claim: Claim, state: JobState, **values: Any) -> bool:
    """Let go of the job in this state; False where the claim counts no more."""
    changed = update(jobs).where(claim.is_held)
    values = written({"state": state, "worker": None, **values})
    return db.execute(changed.values(values)).rowcount > 0


def undo_try(attempts: int) -> int:
    """How many tries there were without the one that the worker has broken off."""
    return max(0, attempts - 1)


def note_progress(db: Connection, claim: Claim, progress: Progress) -> None:
    """So far the job has come."""
    values = progress.model_dump(exclude={"kind"})
    db.execute(update(jobs).where(claim.is_held).values(values))


def add_lines(db: Connection, job_id: str, lines: Sequence[tuple[float, str]]) -> None:
    """Further lines of the job's log, each with its time."""
    if lines:
        rows = [{"job_id": job_id, "at": at, "line": line} for at, line in lines]
        db.execute(insert(job_lines), rows)


def count_lines(db: Connection, job_id: str) -> int:
    """How many lines the job's log has."""
    mine = select(func.count()).select_from(job_lines).where(job_lines.c.job_id == job_id)
    return int(db.scalar(mine) or 0)


def keep_metrics(db: Connection, job_id: str, metrics: Iterable[MetricAt]) -> None:
    """Figures of epochs; what a job says again of one counts instead."""
    newest = {(it.fit, it.name, it.epoch): it for it in metrics}
    rows = [{"job_id": job_id, **it.model_dump()} for it in newest.values()]
    if rows:
        of = job_metrics.c
        same = (of[name] == bindparam(name) for name in ("job_id", "fit", "name", "epoch"))
        db.execute(delete(job_metrics).where(*same), rows)
        db.execute(insert(job_metrics), rows)


def _is_queued() -> Condition:
    return jobs.c.state == JobState.QUEUED


def _claim(
    db: Connection, wanted: Condition, worker: str, now: float, is_first_try: bool
) -> Job | None:
    first = select(jobs.c.number).where(wanted).order_by(jobs.c.number).limit(1)
    this = jobs.c.number == first.with_for_update(skip_locked=True).scalar_subquery()
    values = {
        "state": JobState.RUNNING,
        "worker": worker,
        "claim": jobs.c.claim + 1,
        "attempts": jobs.c.attempts + int(is_first_try),
        "heartbeat_at": now,
        "started_at": func.coalesce(jobs.c.started_at, now),
        "not_before": None,
    }
    found = db.execute(update(jobs).where(this).values(values).returning(*SHOWN)).first()
    return job_of(found) if found else None
