"""What is below /jobs, asked by an owner."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.jobs.service import JobService, JobWanted
from contract.jobs import JobKind
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AskedHome]:
    with asked_home(tmp_path) as home:
        yield home


def test_jobs_are_listed_watched_cancelled_and_resumed(home: AskedHome) -> None:
    jobs: JobService = home.app.state.jobs
    first, second = (jobs.ask(JobWanted(JobKind.TRAINING, "t", {"n": n}, HOME)) for n in range(2))
    jobs.ask(JobWanted(JobKind.EXPORT, "t", {}, HOME))

    def get(path: str) -> object:
        return home.ask("owner", "GET", path).raise_for_status().json()

    listed = get("/jobs?kind=training&state=queued")
    assert isinstance(listed, list)
    assert [job["id"] for job in listed] == [second.id, first.id]
    older = get(f"/jobs?before={second.id}&limit=1")
    assert older == [get(f"/jobs/{first.id}")] == [first.model_dump(mode="json")]
    assert (get(f"/jobs/{first.id}/lines"), get(f"/jobs/{first.id}/metrics")) == ([], [])
    for change, code, state in [
        ("resume", 409, "queued"),
        ("cancel", 200, "cancelled"),
        ("cancel", 409, "cancelled"),
        ("resume", 200, "queued"),
    ]:
        answer = home.ask("owner", "POST", f"/jobs/{first.id}/{change}")
        assert (answer.status_code, jobs.find(first.id, HOME).state) == (code, state)


def test_what_is_asked_wrongly_is_said(home: AskedHome) -> None:
    for path in ("/jobs/9", "/jobs/9/lines", "/jobs/9/metrics"):
        answer = home.ask("owner", "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_job")
    for query in ("kind=fun", "state=gone", "limit=0", "limit=x"):
        assert home.ask("owner", "GET", f"/jobs?{query}").status_code == 422
    elsewhere = home.app.state.jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, household_id=2))
    assert home.ask("owner", "GET", f"/jobs/{elsewhere.id}").status_code == 404


def test_household_that_trains_nothing_has_no_database_of_jobs(tmp_path: Path) -> None:
    with asked_home(tmp_path) as home:
        health = home.ask("owner", "GET", "/health").json()
    assert (health["jobs"]["status"], health["datasets"]["status"]) == ("ok", "ok")
    assert not (tmp_path / "jobs").exists()
