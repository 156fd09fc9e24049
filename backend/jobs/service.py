"""Jobs for the rest of the server."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backend.jobs import store
from backend.jobs.errors import UnknownJob, WrongJobState
from backend.jobs.store import Wanted
from backend.storage.database import Database
from contract.jobs import OF_PICTURES, Job, JobKind, JobLine, JobNews, JobState, MetricAt

TIME_LIMIT_SEC = 24 * 3600.0
USUAL_QUEUE = "usual"
MAX_NEWS = 500
"""Lines that are news at a time."""


@dataclass(frozen=True)
class JobWanted:
    """A job to come: `spec` is what the carrier of its kind needs to know, as JSON has it."""

    kind: JobKind
    title: str
    spec: dict[str, Any]
    household_id: int
    created_by: int | None = None
    queue: str = USUAL_QUEUE
    time_limit_sec: float = TIME_LIMIT_SEC
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Position:
    """A job as somebody has seen it last, and the numbers of the last line and figure of it."""

    job: Job
    line: int
    metric: int


class JobService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def ask(self, wanted: JobWanted) -> Job:
        """Queue a job; the one of this id where it was asked before."""
        with self._database.writing() as db:
            found = store.find(db, wanted.id, wanted.household_id)
            if found is None:
                found = new_job(wanted, self._clock())
                store.add(db, found)
        return found

    def find(self, job_id: str, household_id: int) -> Job:
        """One job; raises UnknownJob."""
        with self._database.reading() as db:
            found = store.find(db, job_id, household_id)
        if found is None:
            raise UnknownJob(f"no job {job_id[:40]}")
        return found

    def newest(self, wanted: Wanted, limit: int = 50) -> list[Job]:
        """The newest that are wanted, newest first."""
        with self._database.reading() as db:
            return store.newest(db, wanted, limit)

    def cancel(self, job_id: str, household_id: int) -> Job:
        """Let it end, within 10 s where it runs; raises UnknownJob and WrongJobState."""
        before = self.find(job_id, household_id)
        with self._database.writing() as db:
            changed = store.ask_to_cancel(db, job_id, self._clock())
        if changed is None:
            raise WrongJobState(f"the job is {before.state}, expected one that has not ended")
        return changed

    def resume(self, job_id: str, household_id: int) -> Job:
        """Let it go on where it ended; raises UnknownJob and WrongJobState."""
        before = self.find(job_id, household_id)
        with self._database.writing() as db:
            changed = store.requeue(db, job_id)
        if changed is None:
            raise WrongJobState(f"the job is {before.state}, expected one that failed or was ended")
        return changed

    def let_go(self, picture_id: str) -> None:
        """End the jobs about a picture that is erased, and forget what they have said of it."""
        with self._database.writing() as db:
            store.let_go(db, OF_PICTURES, picture_id, self._clock())

    def lines(self, job: Job, after: int = 0, limit: int = 500) -> list[JobLine]:
        """The lines of its log behind line `after`, oldest first."""
        with self._database.reading() as db:
            return store.lines_after(db, job.id, after, limit)

    def metrics(self, job: Job) -> list[MetricAt]:
        """Its figures of each epoch."""
        with self._database.reading() as db:
            return store.metrics_of(db, job.id)

    def position(self, job: Job) -> Position:
        """How far its lines and figures have come."""
        with self._database.reading() as db:
            return Position(job, *store.ends(db, job.id))

    def news(self, since: Position) -> tuple[JobNews, Position]:
        """What is new of a job, and how far that is; raises UnknownJob."""
        job = self.find(since.job.id, since.job.household_id)
        with self._database.reading() as db:
            lines = store.lines_after(db, job.id, since.line, MAX_NEWS)
            metrics, metric = store.metrics_after(db, job.id, since.metric)
        line = lines[-1].number if lines else since.line
        return JobNews(job=job, lines=lines, metrics=metrics), Position(job, line, metric)


def new_job(wanted: JobWanted, now: float) -> Job:
    """A job as it is queued at `now`."""
    return Job(
        id=wanted.id,
        household_id=wanted.household_id,
        kind=wanted.kind,
        queue=wanted.queue,
        title=wanted.title,
        spec=wanted.spec,
        state=JobState.QUEUED,
        attempts=0,
        claim=0,
        worker=None,
        cancel_asked_at=None,
        done=None,
        total=None,
        doing=None,
        created_by=wanted.created_by,
        created_at=now,
        not_before=None,
        started_at=None,
        heartbeat_at=None,
        ended_at=None,
        time_limit_sec=wanted.time_limit_sec,
        failure=None,
        result=None,
    )
