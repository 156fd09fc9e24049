"""/jobs: what takes longer than a request, and how far it is."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from backend.errors import ApiError
from backend.jobs.health import JobHealth
from backend.jobs.service import JobService
from backend.jobs.store import Wanted
from backend.training.curves import curves_of
from backend.web.factory_words import JOB_KINDS, JOB_STATES, recipe_titles, states_worded, worded
from backend.web.learnt_from import learnt_from
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see
from backend.web.plots import plots_of
from contract.jobs import ENDS, RESUMABLE, Job, JobKind, JobLine

router = owner_router()

LISTED, LAST_LINES = 50, 40


@router.get("/jobs")
def page(request: Request) -> Response:
    """The list."""
    return pages_of(request).render(request, "jobs.html", **_list_values(request))


@router.get("/jobs/list")
def listed(request: Request) -> Response:
    """What of the list changes; the page asks again and again."""
    return pages_of(request).render(request, "parts/jobs.html", **_list_values(request))


@router.get("/jobs/{job_id}")
def job_page(request: Request, job_id: str) -> Response:
    """One job."""
    return _job_page(request, job_id)


@router.get("/jobs/{job_id}/state")
def state(request: Request, job_id: str) -> Response:
    """What of it changes."""
    values = _job_values(request, _find(request, job_id))
    return pages_of(request).render(request, "parts/job.html", **values)


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, job_id: str) -> Response:
    """Let it end."""
    try:
        _service(request).cancel(job_id, request.state.caller.household_id)
    except ApiError as error:
        return _job_page(request, job_id, error)
    return see(f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/resume")
def resume(request: Request, job_id: str) -> Response:
    """Let it go on where it ended."""
    try:
        _service(request).resume(job_id, request.state.caller.household_id)
    except ApiError as error:
        return _job_page(request, job_id, error)
    return see(f"/jobs/{job_id}")


def has_worker(request: Request) -> bool:
    """Whether a worker has said lately that it runs."""
    health: JobHealth = request.app.state.job_health
    return bool((health.health().model_extra or {}).get("workers"))


def _list_values(request: Request) -> dict[str, Any]:
    found = _service(request).newest(Wanted(request.state.caller.household_id), LISTED)
    return {"jobs": found, "has_worker": has_worker(request), **_words(request)}


def _job_page(request: Request, job_id: str, error: ApiError | None = None) -> Response:
    pages, values = pages_of(request), _job_values(request, _find(request, job_id))
    sentence = pages.sentence(request, error) if error else ""
    status = int(error.status) if error else 200
    return pages.render(request, "job.html", status, sentence=sentence, **values)


def _job_values(request: Request, job: Job) -> dict[str, Any]:
    service = _service(request)
    return {
        "job": job,
        "is_over": job.state in ENDS,
        "can_resume": job.state in RESUMABLE,
        "lines": _last_lines(service, job),
        "plots": plots_of(curves_of(service.metrics(job))),
        "made": _made(job),
        "datasets": learnt_from(
            request.app.state.datasets,
            [it["id"] for it in job.spec.get("dataset_versions", ())],
            job.household_id,
        ),
        "has_worker": has_worker(request),
        "titles": recipe_titles(pages_of(request).view(request).language),
        **_words(request),
    }


def _last_lines(service: JobService, job: Job) -> Sequence[JobLine]:
    end = service.position(job).line
    return service.lines(job, max(0, end - LAST_LINES), LAST_LINES)


def _made(job: Job) -> str:
    """Where the page of what came of it is; empty where there is none."""
    if job.result is None:
        return ""
    spec = job.spec
    return {
        JobKind.TRAINING: f"/detectors/versions/{job.result.get('version_id', '')}",
        JobKind.COMPARISON: f"/detectors/comparisons/{job.id}",
        JobKind.EXPORT: f"/detectors/versions/{spec.get('version_id', '')}#exports",
        JobKind.CONTAINER: "/detectors/deployments",
        JobKind.IMAGE: f"/images/{spec.get('image_id', '')}",
        JobKind.LOOK: f"/styles/{job.result.get('look_id', '')}",
        JobKind.CUBE: f"/styles/{spec.get('look_id', '')}#cube",
        JobKind.BATCH: f"/api/predict/{spec.get('model', '')}/batch/{job.id}/download",
    }.get(job.kind, "")


def _words(request: Request) -> dict[str, Any]:
    texts = pages_of(request).texts(request)
    return {
        "job_states": states_worded(JOB_STATES, texts),
        "job_kinds": worded(JOB_KINDS, texts),
        "name": namer(request),
    }


def _find(request: Request, job_id: str) -> Job:
    return _service(request).find(job_id, request.state.caller.household_id)


def _service(request: Request) -> JobService:
    service: JobService = request.app.state.jobs
    return service
