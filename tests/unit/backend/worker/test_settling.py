"""Where a job stands after a try."""

import pytest

from backend.jobs.service import JobWanted, new_job
from backend.worker.outcome import Ending, Outcome
from backend.worker.settling import MAX_TRIES, settled
from common.backoff import Backoff
from contract.jobs import Job, JobKind, JobState
from testkit.households import HOME

NOW = 1_800_000_000.0
BACKOFF = Backoff(30.0, 3600.0)


def tried(
    attempts: int = 1, cancel_asked_at: float | None = None, kind: JobKind = JobKind.TRAINING
) -> Job:
    job = new_job(JobWanted(kind, "t", {}, HOME), NOW)
    return job.model_copy(update={"attempts": attempts, "cancel_asked_at": cancel_asked_at})


def test_result_counts_also_when_somebody_was_about_to_cancel_it() -> None:
    after = settled(tried(1, NOW), Outcome(ending=Ending.FINISHED, result={"a": 1}), NOW, BACKOFF)
    assert (after.state, after.values["result"]) == (JobState.COMPLETED, {"a": 1})


@pytest.mark.parametrize(("attempts", "wait"), [(1, 30.0), (2, 60.0)])
def test_failure_is_tried_again_later_each_time(attempts: int, wait: float) -> None:
    failed = Outcome(ending=Ending.FAILED, reason="no memory")
    after = settled(tried(attempts), failed, NOW, BACKOFF, jitter=lambda: 0.0)
    assert after.state is JobState.RETRYING
    assert after.values == {"failure": "no memory", "not_before": NOW + wait}


@pytest.mark.parametrize("attempts", [1, 2])
def test_job_of_pictures_is_tried_again_after_the_same_time(attempts: int) -> None:
    failed = Outcome(ending=Ending.FAILED, reason="no memory")
    after = settled(tried(attempts, kind=JobKind.IMAGE), failed, NOW, BACKOFF, lambda: 0.5)
    assert (after.state, after.values["not_before"]) == (JobState.RETRYING, NOW + 30.0)


@pytest.mark.parametrize(
    ("ending", "attempts"),
    [(Ending.FAILED, MAX_TRIES), (Ending.REFUSED, 1), (Ending.OVERRAN, 1)],
)
def test_what_is_of_no_use_again_has_failed(ending: Ending, attempts: int) -> None:
    after = settled(tried(attempts), Outcome(ending=ending, reason="why"), NOW, BACKOFF)
    assert after.state is JobState.FAILED
    assert after.values == {"failure": "why", "ended_at": NOW}


def test_try_that_the_worker_broke_off_does_not_count() -> None:
    after = settled(tried(2), Outcome(ending=Ending.BROKEN_OFF), NOW, BACKOFF)
    assert (after.state, after.values) == (JobState.QUEUED, {"attempts": 1})


@pytest.mark.parametrize("ending", [Ending.CANCELLED, Ending.BROKEN_OFF, Ending.FAILED])
def test_job_that_is_to_be_cancelled_does_not_come_back(ending: Ending) -> None:
    after = settled(tried(1, NOW), Outcome(ending=ending), NOW, BACKOFF)
    assert after.state is JobState.CANCELLED
