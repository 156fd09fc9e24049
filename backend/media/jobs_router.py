"""/images/{image_id}/jobs: what is made of one picture."""

from fastapi import APIRouter, Request
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.jobs.router import JOB
from backend.media.errors import UnknownImage, WrongImageState
from backend.media.image_jobs import ML_QUEUE, ImageJobs
from backend.storage.errors import DatabaseUnavailable
from contract.image_jobs import ImageJobWanted
from contract.jobs import Job
from contract.media import ImageSpec

router = APIRouter(prefix="/images", tags=["images"])

WANTED = TypeAdapter(ImageJobWanted)
IMAGE_JOB = JOB | {
    "kind": "image",
    "queue": ML_QUEUE,
    "title": "거실.jpg: blur_faces",
    "spec": {
        "image_id": "0d5c2c8e4b7a4f0e8a3b1c2d3e4f5061",
        "work": "blur_faces",
        "look_id": None,
    },
    "state": "queued",
    "attempts": 0,
    "claim": 0,
    "worker": None,
    "done": None,
    "total": None,
    "doing": None,
    "started_at": None,
    "heartbeat_at": None,
    "time_limit_sec": 600.0,
}


@router.post(
    "/{image_id}/jobs",
    openapi_extra=json_body(WANTED, {"work": "blur_faces"}),
    responses=answers(IMAGE_JOB, *OF_A_BODY, UnknownImage, WrongImageState, DatabaseUnavailable),
)
async def ask(request: Request, image_id: str, body: Body) -> Job:
    """Let a job make something of a picture. For caregivers and owners.

    `thumbnail` is at most 400 pixels a side; `metadata` says what the file says of itself, as the
    job's result; `blur_faces` hides the heads of all who are found, and `keep_skeleton` all but
    their skeletons: where nobody is found the job fails, and nothing is made. What is made is among
    the picture's results. `POST /styles/{look_id}/apply` puts it through a look.
    """
    caller: Caller = request.state.caller
    check_role(caller, Role.CAREGIVER)
    wanted, jobs = parse_model(WANTED, body), _jobs(request)
    spec = ImageSpec(image_id=image_id, work=wanted.work)
    return await run_in_threadpool(jobs.ask, spec, caller.household_id, caller.person_id)


def _jobs(request: Request) -> ImageJobs:
    jobs: ImageJobs = request.app.state.image_jobs
    return jobs
