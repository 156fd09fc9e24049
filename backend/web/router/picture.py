"""/images/{id}: one picture, what is made of it, and what is said of it."""

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any

from fastapi import Request, Response

from backend.comments.router import Before
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.incidents.service import IncidentService
from backend.jobs.service import JobService
from backend.jobs.store import Wanted
from backend.looks.service import LookService
from backend.media.image_jobs import ImageJobs
from backend.media.router import erase as erase_image
from backend.media.service import MediaService
from backend.media.views import ViewService
from backend.web.factory_words import JOB_STATES, WORKS, states_worded, worded
from backend.web.forms import checked, fields_of, filled
from backend.web.note_views import Draft
from backend.web.page_route import caregiver_router, pages_of, see
from backend.web.router.jobs import has_worker
from backend.web.router.pictures import DONE, shown
from backend.web.said import said_of_subject
from contract.comments import Subject, SubjectKind
from contract.image_jobs import ImageJobWanted
from contract.incidents import Incident
from contract.jobs import ENDS, Job, JobKind, JobState
from contract.looks import Look
from contract.media import Image, ImageResult, ImageSpec, ImageType, ImageWork

router = caregiver_router()

JOBS_LOOKED_AT, VIEWS_SHOWN = 200, 10
SHOWN_AS_BROUGHT = {ImageType.JPEG, ImageType.PNG, ImageType.WEBP}
"""What every browser shows; of others the thumbnail stands for it."""


@router.get("/images/{image_id}")
def page(
    request: Request, image_id: str, done: str = "", result: str = "", notes_before: Before = None
) -> Response:
    """One picture, beside the result that is named, or the newest."""
    return show(request, image_id, done, result, notes_before=notes_before)


@router.get("/images/{image_id}/work")
def work(request: Request, image_id: str) -> Response:
    """What of the page changes while something is made of it."""
    image = _find(request, image_id)
    pages, values = pages_of(request), _jobs_of(request, image)
    return pages.render(request, "parts/picture_jobs.html", image=image, was_busy=True, **values)


@router.post("/images/{image_id}/jobs")
def make(request: Request, image_id: str, body: Body) -> Response:
    """Let a job make something of it."""
    caller, fields = request.state.caller, filled(fields_of(body))
    try:
        if fields.get("work") == ImageWork.APPLY_LOOK:
            looks: LookService = request.app.state.looks
            looks.apply(fields.get("look_id", ""), image_id, caller.household_id, caller.person_id)
        else:
            wanted = checked(ImageJobWanted, {"work": fields.get("work")})
            jobs: ImageJobs = request.app.state.image_jobs
            spec = ImageSpec(image_id=image_id, work=wanted.work)
            jobs.ask(spec, caller.household_id, caller.person_id)
    except ApiError as error:
        return show(request, image_id, error=error)
    return see(f"/images/{image_id}#work")


@router.post("/images/{image_id}/removal")
def erase(request: Request, image_id: str) -> Response:
    """Erase it."""
    erase_image(request, image_id)
    return see("/images?done=erased")


def show(
    request: Request,
    image_id: str,
    done: str = "",
    result: str = "",
    error: ApiError | None = None,
    draft: Draft | None = None,
    notes_before: int | None = None,
) -> Response:
    """The page of a picture, with what could not be done, and why."""
    image, household_id = _find(request, image_id), request.state.caller.household_id
    views: ViewService = request.app.state.image_views
    return shown(
        request,
        "picture.html",
        DONE.get(done, ""),
        error,
        image=image,
        incident=_incident(request, image),
        shown_as="original" if image.content_type in SHOWN_AS_BROUGHT else "thumbnail",
        chosen=_chosen(image, result),
        result_names=_result_names(request, image),
        works=list(worded(WORKS, _texts(request)).items()),
        looks=[(it.id, it.name) for it in _looks(request) if it.state is JobState.COMPLETED],
        views=views.newest(image_id, household_id, VIEWS_SHOWN),
        was_busy=False,
        **_jobs_of(request, image),
        **said_of_subject(
            request, Subject(kind=SubjectKind.IMAGE, id=image_id), draft, notes_before
        ),
    )


def _chosen(image: Image, result: str) -> ImageResult | None:
    """The result of this name, or the last one that was made."""
    named = [it for it in image.results if it.name == result] or image.results
    return named[-1] if named else None


def _incident(request: Request, image: Image) -> Incident | None:
    """That of which it is the key picture, by the id that its camera box sent."""
    if image.camera_id is None or image.incident_id is None:
        return None
    incidents: IncidentService = request.app.state.incidents
    return incidents.of_sent(image.camera_id, image.incident_id, image.household_id)


def _result_names(request: Request, image: Image) -> Mapping[str, str]:
    """What each result is called: the work, or the look that it was put through."""
    names = {str(work): text for work, text in worded(WORKS, _texts(request)).items()}
    names |= {f"look-{it.id}": it.name for it in _looks(request)}
    stems = [(it.name, it.name.partition(".")[0]) for it in image.results]
    return {name: names.get(stem, names[ImageWork.APPLY_LOOK]) for name, stem in stems}


def _jobs_of(request: Request, image: Image) -> dict[str, Any]:
    jobs: JobService = request.app.state.jobs
    wanted = Wanted(request.state.caller.household_id, kind=JobKind.IMAGE)
    found = [it for it in jobs.newest(wanted, JOBS_LOOKED_AT) if it.spec["image_id"] == image.id]
    texts = _texts(request)
    return {
        "jobs": found,
        "is_busy": any(_runs(it) for it in found),
        "has_worker": has_worker(request),
        "job_states": states_worded(JOB_STATES, texts),
        "work_names": worded(WORKS, texts),
    }


def _runs(job: Job) -> bool:
    return job.state not in ENDS


def _texts(request: Request) -> NullTranslations:
    return pages_of(request).texts(request)


def _looks(request: Request) -> list[Look]:
    looks: LookService = request.app.state.looks
    return looks.newest(request.state.caller.household_id)


def _find(request: Request, image_id: str) -> Image:
    media: MediaService = request.app.state.media
    return media.find(image_id, request.state.caller.household_id)
