"""What is below /training: recipes, and the trainings of the household."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import TypeAdapter

from backend.access.asking import owner_of
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.jobs.errors import UnknownJob, WrongJobState
from backend.jobs.store import Wanted
from backend.storage.errors import DatabaseUnavailable
from backend.training.errors import UnknownRecipe, WrongMaterial
from backend.training.recipes import RECIPES
from backend.training.schemas import Curve, RecipeShown, TrainingWanted
from backend.training.service import TrainingService
from contract.jobs import Job, JobKind, JobState

router = APIRouter(
    prefix="/training",
    tags=["training"],
    dependencies=[Depends(owner_of)],
)

WANTED = TypeAdapter(TrainingWanted)
MAX_LISTED = 1000
ONE = (UnknownJob, DatabaseUnavailable)
SOME_WANTED = {
    "recipe": "pictures",
    "dataset_versions": ["6f1d0c9e2b7a4c51", {"id": "a3", "subset": {"labels": ["문 열림"]}}],
    "settings": {"epochs": 20},
    "title": "현관문",
}
JOB = {
    "id": "0b9d5c0e4f1a4c55a5d1f6a1c2b3d4e5",
    "household_id": 1,
    "kind": "training",
    "queue": "usual",
    "title": "현관문",
    "spec": {
        "recipe": "pictures",
        "dataset_versions": [{"id": "6f1d0c9e2b7a4c51", "subset": None}],
        "settings": {"epochs": 20},
        "base_id": None,
        "with_project_data": False,
    },
    "state": "queued",
    "attempts": 0,
    "claim": 0,
    "worker": None,
    "cancel_asked_at": None,
    "done": None,
    "total": None,
    "doing": None,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "not_before": None,
    "started_at": None,
    "heartbeat_at": None,
    "ended_at": None,
    "time_limit_sec": 86_400.0,
    "failure": None,
    "result": None,
}
CURVE = {"fit": "fold-1", "name": "loss", "epochs": [1, 2], "values": [0.69, 0.41]}
RECIPE = {
    "name": "pictures",
    "title": "Own labels, from pictures",
    "title_ko": "우리 집 이름표 (사진)",
    "takes": ["pictures"],
    "has_project_data": False,
    "settings": {"type": "object", "properties": {"epochs": {"type": "integer", "default": 12}}},
}


@router.get("/recipes", responses=answers([RECIPE]))
def recipes() -> list[RecipeShown]:
    """What can be trained, from which data sets, and what may be set of each. For owners."""
    return [
        RecipeShown(
            name=recipe.name,
            title=recipe.title,
            title_ko=recipe.title_ko,
            takes=tuple(sorted(recipe.takes)),
            has_project_data=recipe.has_project_data,
            settings=recipe.settings.model_json_schema(),
        )
        for recipe in RECIPES.values()
    ]


@router.post(
    "/jobs",
    openapi_extra=json_body(WANTED, SOME_WANTED),
    responses=answers(JOB, *OF_A_BODY, UnknownRecipe, WrongMaterial, DatabaseUnavailable),
)
def train(request: Request, body: Body) -> Job:
    """Queue a training, which a worker carries out. For owners.

    A data set may be one whole version, by its id, or a subset of it. What `settings` leave out is
    as the recipe has it; `base` is a version of the same recipe, from whose weights it goes on.
    """
    caller, wanted = request.state.caller, parse_model(WANTED, body)
    return _service(request).ask(wanted, caller.household_id, caller.person_id)


@router.get("/jobs", responses=answers([JOB], InvalidInput, DatabaseUnavailable))
def trainings(
    request: Request,
    state: JobState | None = None,
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
) -> list[Job]:
    """The newest trainings, newest first; those older than the job `before`. For owners."""
    household_id = request.state.caller.household_id
    wanted = Wanted(household_id, JobKind.TRAINING, state, before or None)
    return _service(request).newest(wanted, limit)


@router.get("/jobs/{job_id}", responses=answers(JOB, *ONE))
def training(request: Request, job_id: str) -> Job:
    """One training. For owners."""
    return _service(request).find(job_id, request.state.caller.household_id)


@router.post("/jobs/{job_id}/cancel", responses=answers(JOB, WrongJobState, *ONE))
def cancel(request: Request, job_id: str) -> Job:
    """Let it end; what it has learnt is kept. For owners."""
    return _service(request).cancel(job_id, request.state.caller.household_id)


@router.post("/jobs/{job_id}/resume", responses=answers(JOB, WrongJobState, *ONE))
def resume(request: Request, job_id: str) -> Job:
    """Let it go on after its last finished epoch. For owners."""
    return _service(request).resume(job_id, request.state.caller.household_id)


@router.get("/jobs/{job_id}/metrics", responses=answers([CURVE], *ONE))
def metrics(request: Request, job_id: str) -> list[Curve]:
    """Its figures as curves over the epochs, one for each figure of each fit. For owners.

    The fit `all` learns from everything, each other one holds out a part. `loss` is that of what is
    learnt from, `held_out_loss` that of what is held out.
    """
    return _service(request).curves(job_id, request.state.caller.household_id)


def _service(request: Request) -> TrainingService:
    service: TrainingService = request.app.state.training
    return service
