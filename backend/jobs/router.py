"""What is below /jobs: what takes longer than a request, watched, ended and begun again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator

from backend.access.asking import owner_of
from backend.errors import InvalidInput
from backend.http.openapi import answers
from backend.jobs.errors import UnknownJob, WrongJobState
from backend.jobs.service import JobService
from backend.jobs.store import Wanted
from backend.storage.errors import DatabaseUnavailable
from contract.jobs import Job, JobKind, JobLine, JobState, MetricAt

router = APIRouter(prefix="/jobs", tags=["jobs"])
OWNERS = [Depends(owner_of)]

MAX_LISTED = 1000
EMPTY_IS_NONE = BeforeValidator(lambda value: value or None)
JOB = {
    "id": "0b9d5c0e4f1a4c55a5d1f6a1c2b3d4e5",
    "household_id": 1,
    "kind": "training",
    "queue": "usual",
    "title": "fall-lstm on our falls",
    "spec": {"recipe": "fall-lstm", "epochs": 30},
    "state": "running",
    "attempts": 1,
    "claim": 1,
    "worker": "home",
    "cancel_asked_at": None,
    "done": 3.0,
    "total": 30.0,
    "doing": "learning",
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "not_before": None,
    "started_at": 1_795_939_201.0,
    "heartbeat_at": 1_795_939_290.0,
    "ended_at": None,
    "time_limit_sec": 86_400.0,
    "failure": None,
    "result": None,
}
LINE = {"number": 17, "at": 1_795_939_210.0, "line": "epoch 3 of 30"}
METRIC = {"fit": "all", "name": "val_loss", "epoch": 3, "value": 0.31}
ONE = (UnknownJob, DatabaseUnavailable)


@router.get("", dependencies=OWNERS, responses=answers([JOB], InvalidInput, DatabaseUnavailable))
def jobs(
    request: Request,
    kind: Annotated[JobKind | None, EMPTY_IS_NONE] = None,
    state: Annotated[JobState | None, EMPTY_IS_NONE] = None,
    before: Annotated[str | None, EMPTY_IS_NONE] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
) -> list[Job]:
    """The newest jobs, newest first; `before` the one of this id, to go on with a list."""
    wanted = Wanted(request.state.caller.household_id, kind, state, before)
    return _service(request).newest(wanted, limit)


@router.get("/{job_id}", responses=answers(JOB, *ONE))
def job(request: Request, job_id: str) -> Job:
    """One job. For owners, and for the caller who asked for it."""
    found = _found(request, job_id)
    if found.created_by is None or found.created_by != request.state.caller.person_id:
        owner_of(request)
    return found


@router.get("/{job_id}/lines", dependencies=OWNERS, responses=answers([LINE], InvalidInput, *ONE))
def lines(
    request: Request,
    job_id: str,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 500,
) -> list[JobLine]:
    """The lines of its log behind the line of the number `after`, oldest first."""
    return _service(request).lines(_found(request, job_id), after, limit)


@router.get("/{job_id}/metrics", dependencies=OWNERS, responses=answers([METRIC], *ONE))
def metrics(request: Request, job_id: str) -> list[MetricAt]:
    """Its figures of each epoch, in the order of their coming."""
    return _service(request).metrics(_found(request, job_id))


@router.post("/{job_id}/cancel", dependencies=OWNERS, responses=answers(JOB, WrongJobState, *ONE))
def cancel(request: Request, job_id: str) -> Job:
    """Let it end, within ten seconds where it runs. What it has done so far is kept."""
    return _service(request).cancel(job_id, request.state.caller.household_id)


@router.post("/{job_id}/resume", dependencies=OWNERS, responses=answers(JOB, WrongJobState, *ONE))
def resume(request: Request, job_id: str) -> Job:
    """Let one that failed or was cancelled go on where it ended."""
    return _service(request).resume(job_id, request.state.caller.household_id)


def _found(request: Request, job_id: str) -> Job:
    return _service(request).find(job_id, request.state.caller.household_id)


def _service(request: Request) -> JobService:
    service: JobService = request.app.state.jobs
    return service
