"""Who has which job, by the table."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.jobs import claims, store, workers
from backend.jobs.claims import Claim, claim_of
from backend.jobs.health import AWAY_SEC, JobHealth
from backend.jobs.service import JobService, JobWanted
from backend.jobs.store import LEASE_SEC
from backend.storage.shared_file import SharedFile
from contract.jobs import Job, JobKind, JobState, MetricAt, Progress, Worker
from testkit.clock import Clock
from testkit.households import HOME


class Table:
    """The jobs of a house, and workers that claim them at `clock`."""

    def __init__(self, database: SharedFile) -> None:
        self.database, self.clock = database, Clock(1_800_000_000.0)
        self.jobs = JobService(database, self.clock)

    def ask(self, queue: str = "usual") -> Job:
        return self.jobs.ask(JobWanted(JobKind.TRAINING, "t", {"epochs": 1}, HOME, queue=queue))

    def claim(self, worker: str = "one", queue: str = "usual") -> Job | None:
        with self.database.writing() as db:
            return claims.claim_next(db, queue, worker, self.clock())

    def settle(self, claim: Claim, state: JobState, **values: object) -> bool:
        with self.database.writing() as db:
            return claims.settle(db, claim, state, **values)

    def beat(self, worker: str) -> None:
        with self.database.writing() as db:
            claims.beat(db, worker, self.clock())

    def beat_as(self, worker: Worker) -> bool:
        with self.database.writing() as db:
            return workers.beat(db, worker, self.clock())

    def announce(self, *queues: str, **missing: object) -> Worker:
        now = self.clock()
        worker = Worker(name="one", queues=queues, started_at=now, heartbeat_at=now)
        with self.database.writing() as db:
            workers.announce(db, worker.model_copy(update=missing))
        return worker


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:
        yield Table(database)


def test_oldest_of_the_queue_is_claimed_once(table: Table) -> None:
    first, second = table.ask(), table.ask()
    table.ask("gpu")
    claimed = [table.claim(name) for name in ("one", "two", "three")]
    assert [it and (it.id, it.worker, it.claim, it.attempts) for it in claimed] == [
        (first.id, "one", 1, 1),
        (second.id, "two", 1, 1),
        None,
    ]


def test_job_waits_for_its_next_try_until_then(table: Table) -> None:
    table.ask()
    job = table.claim()
    assert job is not None
    later = table.clock() + 30
    assert table.settle(claim_of(job), JobState.RETRYING, not_before=later, failure="no")
    assert table.claim() is None
    table.clock.now = later
    again = table.claim()
    assert again is not None
    assert (again.claim, again.attempts, again.not_before) == (2, 2, None)


def test_job_of_a_worker_that_is_away_is_taken_and_its_claim_counts_no_more(table: Table) -> None:
    table.ask()
    lost = table.claim("one")
    assert lost is not None
    table.clock.now += LEASE_SEC - 1
    assert table.claim("two") is None
    table.beat("one")
    table.clock.now += LEASE_SEC + 1
    taken = table.claim("two")
    assert taken is not None
    assert (taken.claim, taken.attempts, taken.worker) == (2, 1, "two")
    assert not table.settle(claim_of(lost), JobState.COMPLETED)
    with table.database.writing() as db:
        claims.note_progress(db, claim_of(lost), Progress(doing="x", done=1, total=2))
        assert claims.find_held(db, claim_of(lost)) is None
        assert claims.held_by(db, "one") == []
    assert table.jobs.find(taken.id, HOME).doing is None


def test_cancel_waits_for_no_worker_that_is_away(table: Table) -> None:
    job = table.ask()
    table.claim()
    assert table.jobs.cancel(job.id, HOME).state is JobState.RUNNING
    table.clock.now += LEASE_SEC + 1
    assert table.jobs.cancel(job.id, HOME).state is JobState.CANCELLED


def test_figure_that_is_said_again_counts_instead_and_is_news(table: Table) -> None:
    job = table.ask()
    position = table.jobs.position(job)
    for value in (0.5, 0.25):
        metric = MetricAt(fit="all", name="loss", epoch=1, value=value)
        with table.database.writing() as db:
            claims.keep_metrics(db, job.id, [metric])
            claims.add_lines(db, job.id, [(1.0, f"loss {value}")])
        news, position = table.jobs.news(position)
        assert (news.metrics, [it.line for it in news.lines]) == ([metric], [f"loss {value}"])
        assert table.jobs.metrics(job) == [metric]
    news, _ = table.jobs.news(position)
    assert (news.metrics, news.lines) == ([], [])


def test_health_says_when_jobs_wait_and_nobody_is_there(table: Table) -> None:
    health = JobHealth(table.database, table.clock).health
    table.ask("gpu")
    worker = table.announce("usual")
    assert health().status == "ok"
    table.clock.now += AWAY_SEC + 1
    assert table.beat_as(worker)
    assert health().reason == "jobs of the queue gpu wait and no worker runs: start run-worker"
    table.announce("usual", "gpu", missing_trackers={"mlflow": "it is not installed"})
    assert health().reason == "mlflow: it is not installed"
    table.announce("usual", "gpu")
    assert health().status == "ok"


def test_of_two_workers_of_one_name_the_newer_one_stays(table: Table) -> None:
    first = table.announce("usual")
    table.clock.now += 1
    second = table.announce("usual")
    assert not table.beat_as(first)
    with table.database.writing() as db:
        workers.forget(db, first)
        assert workers.time_of(db) is None
    assert table.beat_as(second)


def test_health_leaves_a_database_alone_that_nobody_uses(tmp_path: Path) -> None:
    database = SharedFile(tmp_path / "jobs" / "factory.sqlite3")
    assert JobHealth(database).health().status == "ok"
    assert not (tmp_path / "jobs").exists()


def test_health_says_that_the_database_is_away(tmp_path: Path) -> None:
    place = tmp_path / "factory.sqlite3"
    place.mkdir()
    reason = JobHealth(SharedFile(place)).health().reason
    assert reason is not None
    assert reason.startswith("the database of the jobs: ")


def test_list_goes_on_behind_a_job(table: Table) -> None:
    ids = [table.ask().id for _ in range(3)]
    newest = table.jobs.newest(store.Wanted(HOME, before=ids[2]))
    assert [job.id for job in newest] == [ids[1], ids[0]]
    of_another = table.jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, household_id=2))
    assert table.jobs.newest(store.Wanted(HOME, before=of_another.id)) == []
