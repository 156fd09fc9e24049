"""POST and GET /deployments, and what one of them can be asked."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import owner_of
from backend.access.keys import Caller
from backend.analysis.router import ANALYSIS, WINDOW
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.deployments.endpoint import Endpoint
from backend.deployments.errors import (
    AlreadyDeployed,
    NoFile,
    NotAnEndpoint,
    NothingBefore,
    UnknownDeployment,
    VersionUnavailable,
)
from backend.deployments.production import By
from backend.deployments.questions import BATCH, question_of
from backend.deployments.service import DeploymentService, DeploymentWanted
from backend.http.bodies import Body, parse_model
from backend.http.openapi import FILE, OF_A_BODY, answers, json_body, problems
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from backend.versions.errors import NotCompared, OtherLabels, UnknownVersion
from contract.analysis import NPY_MEDIA_TYPE
from contract.deployments import (
    Deployment,
    DeploymentKind,
    DeploymentMove,
    FileName,
    Predicted,
    Shares,
)
from contract.names import Line, Name

router = APIRouter(prefix="/deployments", tags=["deployments"])

VERSION_ID, BEFORE_ID = "0f6c1d2e3b4a59687786950413223140", "7b1d0c9e8f7a6b5c4d3e2f1a0b9c8d7e"
DEPLOYMENT = {
    "id": "c0ffee00c0ffee00c0ffee00c0ffee00",
    "household_id": 1,
    "kind": "endpoint",
    "name": "trial",
    "recipe": "fall-lstm",
    "shares": {VERSION_ID: 90, BEFORE_ID: 10},
    "previous_shares": {BEFORE_ID: 100},
    "job_id": None,
    "file": None,
    "note": None,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "changed_at": 1_795_939_800.0,
    "ended_at": None,
}
MOVE = {
    "from_shares": {BEFORE_ID: 100},
    "to_shares": {VERSION_ID: 90, BEFORE_ID: 10},
    "moved_by": 1,
    "reason": "it found two more falls",
    "at": 1_795_939_800.0,
}
PREDICTED = {"version_id": VERSION_ID, "version": "d725e7f1", "results": [ANALYSIS]}
ZIP = {"content": {"application/zip": {"schema": FILE, "example": "a zip"}}}


class ToDeploy(BaseModel):
    """What is to serve where; of an endpoint several versions may, by their shares in percent."""

    model_config = ConfigDict(extra="forbid")

    kind: DeploymentKind
    name: Name
    recipe: FileName
    shares: Shares


class NewShares(BaseModel):
    """Which versions serve from now on, and why."""

    model_config = ConfigDict(extra="forbid")

    shares: Shares
    reason: Line = "asked"


class Why(BaseModel):
    """Why it is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Line = "asked"


TO_DEPLOY, NEW_SHARES, WHY = TypeAdapter(ToDeploy), TypeAdapter(NewShares), TypeAdapter(Why)
_TO_DEPLOY = {name: DEPLOYMENT[name] for name in ToDeploy.model_fields}
_NEW_SHARES = {"shares": {VERSION_ID: 50, BEFORE_ID: 50}, "reason": "it did well so far"}
AWAY = (DatabaseUnavailable, BlobUnavailable)
OF_VERSIONS = (UnknownVersion, NotCompared, OtherLabels)


@router.post(
    "",
    openapi_extra=json_body(TO_DEPLOY, _TO_DEPLOY),
    responses=answers(DEPLOYMENT, *OF_A_BODY, *OF_VERSIONS, AlreadyDeployed, *AWAY),
)
def deploy(request: Request, body: Body) -> Deployment:
    """Let versions of a recipe serve: as an endpoint of this server, on every camera box (`edge`),
    in a container, or as a download.
    """
    caller = owner_of(request)
    wanted = parse_model(TO_DEPLOY, body)
    made = _service(request).create(DeploymentWanted(**dict(wanted)), _by(caller))
    _audit(request).note(caller, Action.DEPLOYED, made.name)
    return made


@router.get("", responses=answers([DEPLOYMENT], DatabaseUnavailable))
def deployments(request: Request) -> list[Deployment]:
    """All that have not ended, newest first."""
    return _service(request).all(owner_of(request).household_id)


@router.get("/{deployment_id}", responses=answers(DEPLOYMENT, UnknownDeployment, *AWAY))
def deployment(request: Request, deployment_id: str) -> Deployment:
    """One deployment; `note` says why a container was not built here."""
    return _service(request).find(deployment_id, owner_of(request).household_id)


@router.post(
    "/{deployment_id}",
    openapi_extra=json_body(NEW_SHARES, _NEW_SHARES),
    responses=answers(DEPLOYMENT, *OF_A_BODY, UnknownDeployment, *OF_VERSIONS, *AWAY),
)
def change(request: Request, deployment_id: str, body: Body) -> Deployment:
    """Let it serve other versions, or the same by other shares."""
    caller = owner_of(request)
    wanted = parse_model(NEW_SHARES, body)
    by = _by(caller, wanted.reason)
    changed = _service(request).change(deployment_id, wanted.shares, by)
    _audit(request).note(caller, Action.CHANGED_DEPLOYMENT, changed.name)
    return changed


@router.post(
    "/{deployment_id}/rollback",
    openapi_extra=json_body(WHY, {"reason": "too many false alarms"}, required=False),
    responses=answers(DEPLOYMENT, *OF_A_BODY, UnknownDeployment, NothingBefore, *AWAY),
)
def roll_back(request: Request, deployment_id: str, body: Body) -> Deployment:
    """Let it serve what it served before: on all camera boxes within a minute.

    Asked twice it does not bring the newer version again: there is then nothing before.
    """
    caller = owner_of(request)
    why = parse_model(WHY, body) if body else Why()
    back = _service(request).roll_back(deployment_id, _by(caller, why.reason))
    _audit(request).note(caller, Action.ROLLED_BACK, back.name)
    return back


@router.delete("/{deployment_id}", responses=answers(DEPLOYMENT, UnknownDeployment, *AWAY))
def end(request: Request, deployment_id: str) -> Deployment:
    """Let it serve no more. Camera boxes keep what they have."""
    caller = owner_of(request)
    ended = _service(request).end(deployment_id, _by(caller))
    _audit(request).note(caller, Action.ENDED_DEPLOYMENT, ended.name)
    return ended


@router.get("/{deployment_id}/history", responses=answers([MOVE], UnknownDeployment, *AWAY))
def history(request: Request, deployment_id: str) -> list[DeploymentMove]:
    """Who let it serve what, newest first; of camera boxes, each move of the alias."""
    service = _service(request)
    return service.moves(service.find(deployment_id, owner_of(request).household_id))


@router.get(
    "/{deployment_id}/file",
    response_class=FileResponse,
    responses={200: ZIP, **problems(UnknownDeployment, NoFile, *AWAY)},
)
def file(request: Request, deployment_id: str) -> FileResponse:
    """The version as a zip, or all that a container is built of."""
    service = _service(request)
    found = service.find(deployment_id, owner_of(request).household_id)
    path = request.app.state.blobs.path(service.file_of(found))
    name = f"{found.recipe}-{found.kind}.zip"
    return FileResponse(path, media_type="application/zip", filename=name)


@router.post(
    "/{deployment_id}/predict",
    openapi_extra=json_body(BATCH, {"windows": [WINDOW]}, others={NPY_MEDIA_TYPE: FILE}),
    responses=answers(
        *(PREDICTED, *OF_A_BODY, UnknownDeployment, NotAnEndpoint, VersionUnavailable), *AWAY
    ),
)
async def predict(
    request: Request,
    deployment_id: str,
    key: Annotated[str | None, Query(min_length=1, max_length=128)] = None,
) -> Predicted:
    """Ask an endpoint: windows as `POST /behavior/analyze` takes them, or several as `windows`; of
    a recipe for pictures, what `POST /api/v1/predict` takes.

    Which version answers goes by the shares: with a `key` always the same one, else by chance.
    """
    household_id = owner_of(request).household_id
    found = await run_in_threadpool(_service(request).endpoint, deployment_id, household_id)
    endpoint: Endpoint = request.app.state.endpoint
    async with await question_of(request, found.recipe) as asked:
        return await run_in_threadpool(endpoint.predict, found, asked, key)


def _by(caller: Caller, reason: str = "asked") -> By:
    return By(caller.household_id, caller.person_id, reason)


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit


def _service(request: Request) -> DeploymentService:
    service: DeploymentService = request.app.state.deployments
    return service
