"""What becomes of a job after a try."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backend.jobs.claims import undo_try
from backend.worker.outcome import Ending, Outcome
from common.backoff import Backoff
from contract.jobs import OF_PICTURES, Job, JobState

MAX_TRIES = 3


@dataclass(frozen=True)
class Settled:
    """The state that a job gets, and what else of its row changes."""

    state: JobState
    values: dict[str, Any] = field(default_factory=dict)


def settled(
    job: Job,
    outcome: Outcome,
    now: float,
    backoff: Backoff,
    jitter: Callable[[], float] = random.random,
) -> Settled:
    """Where `job` stands after a try that had this outcome."""
    if outcome.ending is Ending.FINISHED:
        ended = {"result": outcome.result, "failure": None, "ended_at": now}
        return Settled(JobState.COMPLETED, ended)
    if outcome.ending in (Ending.REFUSED, Ending.OVERRAN):
        return _failed(outcome, now)
    if outcome.ending is Ending.CANCELLED or job.cancel_asked_at is not None:
        return Settled(JobState.CANCELLED, {"ended_at": now})
    if outcome.ending is Ending.BROKEN_OFF:
        return Settled(JobState.QUEUED, {"attempts": undo_try(job.attempts)})
    if job.attempts >= MAX_TRIES:
        return _failed(outcome, now)
    later = now + _pause(job, backoff, jitter())
    return Settled(JobState.RETRYING, {"failure": outcome.reason, "not_before": later})


def _pause(job: Job, backoff: Backoff, jitter: float) -> float:
    """Somebody waits for a picture: its job comes again after the same time each time."""
    if job.kind in OF_PICTURES:
        return backoff.first_sec
    return backoff.delay(job.attempts, jitter)


def _failed(outcome: Outcome, now: float) -> Settled:
    return Settled(JobState.FAILED, {"failure": outcome.reason, "ended_at": now})
