"""Jobs that wait, and for whom."""

from collections.abc import Callable, Iterable
from pathlib import Path

from prometheus_client.core import Metric

from backend.jobs import workers
from backend.jobs.service import JobService, JobWanted
from backend.metrics.jobs import JobFigures
from backend.storage.shared_file import SharedFile
from contract.jobs import JobKind, Worker
from testkit.clock import Clock
from testkit.figures import figure
from testkit.households import HOME

NOW = 1_800_000_000.0
WORKER = Worker(name="one", queues=("usual",), started_at=NOW, heartbeat_at=NOW)


def test_database_that_nobody_uses_is_not_made(tmp_path: Path) -> None:
    database = SharedFile(tmp_path / "factory.sqlite3")
    assert list(JobFigures(database).read()) == []
    assert not database.is_made


def test_queue_that_nobody_serves_has_no_worker(
    tmp_path: Path, written: Callable[[Iterable[Metric]], str]
) -> None:
    database, clock = SharedFile(tmp_path / "factory.sqlite3"), Clock(NOW)
    jobs, figures = JobService(database, clock), JobFigures(database, clock)
    for queue in ("usual", "gpu"):
        jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, HOME, queue=queue))
    with database.writing() as db:
        workers.announce(db, WORKER)
    clock.now += 100.0
    text = written(figures.read())
    assert figure(text, "dolbom_jobs", kind="training", state="queued") == 2.0
    assert figure(text, "dolbom_workers", queue="usual") == 1.0
    assert figure(text, "dolbom_workers", queue="gpu") == 0.0
    assert figure(text, "dolbom_queue_waiting_seconds", queue="gpu") == 100.0
    database.close()
