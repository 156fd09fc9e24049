"""The table of workers: each says there that it runs, and for which queues."""

import json

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from backend.jobs.tables import jobs, workers
from contract.jobs import JobState, Worker

_WAITING = (JobState.QUEUED, JobState.RETRYING, JobState.RUNNING)


def announce(db: Connection, worker: Worker) -> None:
    """It has started; one of its name that runs somewhere else is displaced."""
    db.execute(delete(workers).where(workers.c.name == worker.name))
    db.execute(
        insert(workers).values(
            name=worker.name,
            queues=json.dumps(worker.queues),
            started_at=worker.started_at,
            heartbeat_at=worker.heartbeat_at,
            missing_modules=json.dumps(worker.missing_modules),
            missing_trackers=json.dumps(worker.missing_trackers),
        )
    )


def beat(db: Connection, worker: Worker, now: float) -> bool:
    """It runs; False where another one of its name has started since."""
    return db.execute(update(workers).where(_is(worker)).values(heartbeat_at=now)).rowcount > 0


def forget(db: Connection, worker: Worker) -> None:
    """It was stopped in good order."""
    db.execute(delete(workers).where(_is(worker)))


def time_of(db: Connection) -> float | None:
    """The time of the database's own machine; None where that is this one."""
    if db.dialect.name == "sqlite":
        return None
    return float(db.scalar(select(func.date_part("epoch", func.clock_timestamp()))) or 0.0)


def alive(db: Connection, since: float) -> list[Worker]:
    """Those that have said since then that they run, by their names."""
    query = select(workers).where(workers.c.heartbeat_at >= since).order_by(workers.c.name)
    found = (row._asdict() for row in db.execute(query))
    shown = ("queues", "missing_modules", "missing_trackers")
    return [
        Worker.model_validate(row | {name: json.loads(row[name]) for name in shown})
        for row in found
    ]


def waiting_since(db: Connection) -> dict[str, float]:
    """Since when the first job of each queue waits that no worker is at."""
    left_at = func.coalesce(jobs.c.not_before, jobs.c.heartbeat_at, jobs.c.created_at)
    since = func.min(left_at)
    query = select(jobs.c.queue, since).where(jobs.c.state.in_(_WAITING)).group_by(jobs.c.queue)
    rows: list[tuple[str, float]] = [(row[0], row[1]) for row in db.execute(query)]
    return dict(rows)


def _is(worker: Worker) -> ColumnElement[bool]:
    return and_(workers.c.name == worker.name, workers.c.started_at == worker.started_at)
