"""/exports: versions of the models as files that other boxes run."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import TypeAdapter

from backend.access.asking import owner_of
from backend.exports.errors import NotFinished, NoWeights, UnknownExport
from backend.exports.service import ExportService
from backend.http.bodies import Body, parse_model
from backend.http.openapi import FILE, OF_A_BODY, Responses, answers, json_body, problems
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from backend.versions.errors import UnknownVersion
from contract.exports import Export, ExportWanted

router = APIRouter(prefix="/exports", tags=["exports"])

MAX_LISTED = 1000
WANTED = TypeAdapter(ExportWanted)
ASKED = {"version_id": "9f2c51c07a3f4be1", "format": "litert", "precision": "half"}
EXPORT = {
    "id": "2b6f0cc904d137be",
    "household_id": 1,
    "version_id": "9f2c51c07a3f4be1",
    "format": "litert",
    "precision": "half",
    "job_id": "c56a4180f3e94c0b",
    "state": "completed",
    "failure": None,
    "file": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    "file_name": "fall-lstm-d9d2b1f5.half.tflite",
    "bytes": 556_432,
    "difference": 0.00027,
    "checked_on": "1000 made windows",
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "finished_at": 1_795_939_260.0,
}
A_FILE: Responses = {
    200: {"content": {"application/octet-stream": {"schema": FILE, "example": "…"}}}
}


@router.post(
    "",
    openapi_extra=json_body(WANTED, ASKED),
    responses=answers(EXPORT, *OF_A_BODY, UnknownVersion, NoWeights, DatabaseUnavailable),
)
def ask(request: Request, body: Body) -> Export:
    """Let a job make an export, or answer the one that there is. For owners.

    `job_id` names the job, which says how far it has come. Formats: `onnx`, `torchscript`, `pt2`
    (torch.export), `litert` (TensorFlow Lite), `coreml` and `tensorrt`; precision: `full`, or
    `half` for weights of 16 bits. It is offered once it scores as torch does.
    """
    caller, wanted = owner_of(request), parse_model(WANTED, body)
    return _service(request).ask(wanted, caller.household_id, caller.person_id)


@router.get("", responses=answers([EXPORT], DatabaseUnavailable))
def exports(
    request: Request,
    version_id: Annotated[str | None, Query(max_length=128)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
) -> list[Export]:
    """The newest exports, newest first; of one version if it is given. For owners."""
    household_id = owner_of(request).household_id
    return _service(request).newest(household_id, version_id or None, limit)


@router.get("/{export_id}", responses=answers(EXPORT, UnknownExport, DatabaseUnavailable))
def export(request: Request, export_id: str) -> Export:
    """One export. For owners.

    `difference` is the largest one to torch in probability, over what `checked_on` says.
    """
    return _service(request).find(export_id, owner_of(request).household_id)


@router.get(
    "/{export_id}/download",
    response_class=FileResponse,
    responses={
        **A_FILE,
        **problems(UnknownExport, NotFinished, BlobUnavailable, DatabaseUnavailable),
    },
)
def download(request: Request, export_id: str) -> FileResponse:
    """The file, or the bytes of it that a Range names. For owners."""
    service = _service(request)
    found = service.find(export_id, owner_of(request).household_id)
    path = service.path(found)
    return FileResponse(path, media_type="application/octet-stream", filename=found.file_name)


def _service(request: Request) -> ExportService:
    service: ExportService = request.app.state.exports
    return service
