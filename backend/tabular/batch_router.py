"""/api/predict/{model}/batch: whole tables, answered by jobs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import caregiver_of, owner_of
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.datasets.errors import UnknownDataset
from backend.datasets.service import DatasetService
from backend.errors import InvalidInput
from backend.http.bodies import MAX_BODY_BYTES, parse_model, read_body
from backend.http.kept_body import keep_body
from backend.http.openapi import FILE, OF_A_BODY, Responses, answers, json_body, problems
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from backend.tabular.batch_service import BatchService, By, Rows
from backend.tabular.errors import (
    SimulatedModel,
    UnfinishedBatch,
    UnknownBatch,
    UnknownTabularModel,
    UnusableTable,
)
from backend.tabular.router import OF_A_MODEL
from backend.tabular.service import TabularService
from contract.datasets import DatasetKind
from contract.language import Language
from contract.tabular import Batch, BatchWanted

router = APIRouter(prefix="/api/predict", tags=["tabular"])

MAX_LISTED = 200
MAX_CSV_BYTES = 100 * 2**20
CSV_TYPE, JSON_TYPE = "text/csv", "application/json"
TABLE_NAME = "table.parquet"
WANTED = TypeAdapter(BatchWanted)
BATCH = {
    "job_id": "0b9d5c0e4f1a4c55a5d1f6a1c2b3d4e5",
    "household_id": 1,
    "model": "eclo",
    "version": "9f2c51c0",
    "state": "completed",
    "failure": None,
    "source": "csv",
    "rows": 120_000,
    "bytes": 9_211_042,
    "is_generated": True,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "finished_at": 1_795_939_206.0,
}
QUEUED = BATCH | {"state": "queued", "rows": None, "bytes": None, "finished_at": None}
A_CSV: Responses = {200: {"content": {CSV_TYPE: {"schema": FILE, "example": "weather,…"}}}}
ONE = (UnknownTabularModel, UnknownBatch, DatabaseUnavailable)


class Done(BaseModel):
    """It is done."""

    success: bool = True


@router.post(
    "/{model}/batch",
    openapi_extra=json_body(
        WANTED, {"dataset_version_id": "9f2c51c07a3f4be1"}, others={CSV_TYPE: FILE}
    ),
    responses=answers(
        QUEUED,
        *OF_A_BODY,
        *OF_A_MODEL,
        SimulatedModel,
        UnusableTable,
        UnknownDataset,
        DatabaseUnavailable,
        BlobUnavailable,
    ),
)
async def ask(request: Request, model: str, language: Language = "ko") -> Batch:
    """Let a job answer each row of a table. For caregivers and owners.

    The body is a CSV file as `text/csv` (UTF-8, commas, a header; 100 MB and 1,000,000 rows at
    most), or names a version of a data set of the kind `table`. Columns that the model does not
    read stay as they are, features without a column count as missing, and a cell that is no number
    is named in the row's `remark`. `POST /jobs/{job_id}/cancel` and `/resume` end it and go on.
    """
    caller = caregiver_of(request)
    serving = await _tabular(request).model(model).serving()
    serving.check_shows(language)
    rows = await _rows(request, caller.household_id)
    by = By(caller.household_id, caller.person_id, language)
    return await run_in_threadpool(_batches(request).ask, serving, rows, by)


@router.get(
    "/{model}/batch",
    responses=answers([BATCH], InvalidInput, UnknownTabularModel, DatabaseUnavailable),
)
def batches(
    request: Request, model: str, limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50
) -> list[Batch]:
    """The newest batches of a model, newest first. For caregivers and owners."""
    household_id = caregiver_of(request).household_id
    return _batches(request).newest(_tabular(request).model(model).name, household_id, limit)


@router.get("/{model}/batch/{job_id}", responses=answers(BATCH, *ONE))
def batch(request: Request, model: str, job_id: str) -> Batch:
    """One batch; `GET /jobs/{job_id}` says how far it has come. For caregivers and owners."""
    household_id = caregiver_of(request).household_id
    return _batches(request).find(job_id, _tabular(request).model(model).name, household_id)


@router.delete("/{model}/batch/{job_id}", responses=answers({"success": True}, *ONE))
def remove(request: Request, model: str, job_id: str) -> Done:
    """Delete a batch with its answers, and end its job. For owners."""
    caller, found = owner_of(request), batch(request, model, job_id)
    _batches(request).remove(found)
    _audit(request).note(caller, Action.REMOVED_BATCH, found.model)
    return Done()


@router.get(
    "/{model}/batch/{job_id}/download",
    response_class=FileResponse,
    responses={**A_CSV, **problems(*ONE, UnfinishedBatch, BlobUnavailable)},
)
def download(request: Request, model: str, job_id: str) -> FileResponse:
    """The rows with what the model says of each, as CSV. For caregivers and owners."""
    found = batch(request, model, job_id)
    name = f"{found.model}-{found.job_id[:12]}.csv"
    return FileResponse(_batches(request).path(found), media_type=CSV_TYPE, filename=name)


async def _rows(request: Request, household_id: int) -> Rows:
    """What the body holds, or names."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == CSV_TYPE:
        return Rows(await keep_body(request, request.app.state.blobs, MAX_CSV_BYTES))
    if media_type != JSON_TYPE:
        raise InvalidInput(f"Content-Type: expected {CSV_TYPE} or {JSON_TYPE}")
    wanted = parse_model(WANTED, await read_body(request, MAX_BODY_BYTES))
    return await run_in_threadpool(_rows_of, request, wanted.dataset_version_id, household_id)


def _rows_of(request: Request, version_id: str, household_id: int) -> Rows:
    """The table of a version; raises UnknownDataset and UnusableTable."""
    datasets: DatasetService = request.app.state.datasets
    version = datasets.version(version_id, household_id)
    files = {file.path: file.sha256 for file in datasets.manifest(version).files}
    if version.kind is not DatasetKind.TABLE or TABLE_NAME not in files:
        raise UnusableTable(f"expected a data set of the kind table, this one has {version.kind}")
    return Rows(files[TABLE_NAME], version.id)


def _tabular(request: Request) -> TabularService:
    service: TabularService = request.app.state.tabular
    return service


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit


def _batches(request: Request) -> BatchService:
    service: BatchService = request.app.state.batches
    return service
