"""Data sets and their versions: below /datasets, and /shared/{token} for who has a link."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import TypeAdapter
from starlette.responses import FileResponse, StreamingResponse

from backend.access.asking import owner_of
from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.datasets.errors import NothingToKeep, UnknownBlob, UnknownDataset, UnknownShare
from backend.datasets.schemas import Done, ShareMade, ShareWanted
from backend.datasets.service import DatasetService
from backend.datasets.sharing import Shares
from backend.errors import Forbidden, InvalidInput, shorten
from backend.http.bodies import Body, parse_model
from backend.http.kept_body import keep_body
from backend.http.openapi import FILE, OF_A_BODY, Responses, answers, json_body, problems
from backend.people.router import own_address
from backend.storage.blobs import Blobs
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from contract.datasets import MAX_UPLOAD_BYTES, Dataset, DatasetVersion, Subset

router = APIRouter(tags=["datasets"])

SHARE, SUBSET = TypeAdapter(ShareWanted), TypeAdapter(Subset)
VersionNumber = Annotated[int, Path(ge=1, lt=2**31)]
VERSION = {
    "id": "8c1f0f4d6c5b4a0c9f1c3a7e2b6d9e10",
    "dataset_id": "3b0a4c7e5d6f48209a1b2c3d4e5f6071",
    "name": "거실에서",
    "kind": "tracks",
    "version": 2,
    "manifest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "files": 41,
    "bytes": 1_834_112,
    "summary": {"fall": 12, "lying": 9},
    "changes": {"added": 1, "changed": 1, "removed": 0, "examples": ["tracks/fall-12.npz"]},
    "subset_of": None,
    "subset": None,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
}
DATASET = {
    "id": "3b0a4c7e5d6f48209a1b2c3d4e5f6071",
    "household_id": 1,
    "name": "거실에서",
    "kind": "tracks",
    "of_record": False,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "versions": [VERSION],
}
SHARED = {
    "address": "http://192.168.0.5:8000/shared/b6Yk…",
    "version": 2,
    "expires_at": 1_796_544_000.0,
}
OF_A_BLOB = "b4935894c8ce16bde67bbffc672428b1533c4f1e1e8b1ce21a2933183db6bfa5"
BYTES = {"schema": FILE, "example": "…"}
A_FILE: Responses = {200: {"content": {"application/octet-stream": BYTES}}}
A_CONTENT = {
    "requestBody": {"required": True, "content": {"application/octet-stream": BYTES}},
}
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", examples=[OF_A_BLOB])]
ONE = (UnknownDataset, DatabaseUnavailable)
AWAY = (DatabaseUnavailable, BlobUnavailable)
A_ZIP: Responses = {200: {"content": {"application/zip": BYTES}}}


def only_workers(request: Request) -> None:
    """Raise Forbidden unless the API_KEY is shown: workers serve all households."""
    caller = owner_of(request)
    if caller.person_id is not None or not caller.is_operator:
        raise Forbidden("expected the API_KEY, which workers show: people download by a link")


@router.get("/datasets", responses=answers([DATASET], DatabaseUnavailable))
def datasets(request: Request) -> list[Dataset]:
    """All data sets with their versions, newest first. For owners."""
    return _service(request).all(owner_of(request).household_id)


@router.get(
    "/datasets/blobs/{sha256}",
    dependencies=[Depends(only_workers)],
    response_class=FileResponse,
    responses={**A_FILE, **problems(UnknownBlob)},
)
def blob(request: Request, sha256: str) -> FileResponse:
    """A file that is kept, by the SHA-256 of its content: for workers on other machines alone,
    which show the household's key. What people download is in the log of who did what.
    """
    blobs: Blobs = request.app.state.blobs
    try:
        return FileResponse(blobs.path(sha256), media_type="application/octet-stream")
    except BlobUnavailable as error:
        raise UnknownBlob(f"no file {shorten(sha256)!r} is kept") from error


@router.put(
    "/datasets/blobs/{sha256}",
    dependencies=[Depends(only_workers)],
    openapi_extra=A_CONTENT,
    responses=answers({"success": True}, *OF_A_BODY, BlobUnavailable),
)
async def keep_blob(request: Request, sha256: Sha256) -> Done:
    """Keep a file, whose content has this SHA-256: only for workers on other machines.

    It goes after a day unless something names it.
    """
    await keep_body(request, request.app.state.blobs, MAX_UPLOAD_BYTES, sha256)
    return Done()


@router.get("/datasets/{dataset_id}", responses=answers(DATASET, *ONE))
def dataset(request: Request, dataset_id: str) -> Dataset:
    """One data set with its versions. For owners."""
    return _service(request).find(dataset_id, owner_of(request).household_id)


@router.delete("/datasets/{dataset_id}", responses=answers({"success": True}, *ONE))
def remove(request: Request, dataset_id: str) -> Done:
    """Delete a data set with all its versions and links. For owners.

    Its files go too, but for those that another one has, or whatever was made of it.
    """
    caller = owner_of(request)
    _service(request).remove(dataset_id, caller.household_id)
    _audit(request).note(caller, Action.REMOVED_DATASET, dataset_id)
    request.app.state.dataset_intake.clean_soon()
    return Done()


@router.get(
    "/datasets/{dataset_id}/versions/{version}",
    responses=answers(VERSION, InvalidInput, *ONE),
)
def version(request: Request, dataset_id: str, version: VersionNumber) -> DatasetVersion:
    """One version by its number. For owners."""
    return _service(request).numbered(dataset_id, version, owner_of(request).household_id)


@router.post(
    "/datasets/{dataset_id}/versions/{version}/subset",
    openapi_extra=json_body(SUBSET, {"labels": ["fall"], "since": "2026-11-01"}),
    responses=answers(VERSION, *OF_A_BODY, UnknownDataset, NothingToKeep, *AWAY),
)
def subset(request: Request, dataset_id: str, version: VersionNumber, body: Body) -> DatasetVersion:
    """A new version of those files of a version for which all hold that are given. For owners.

    No file is copied. What is about the whole, such as the names of classes, is in every subset.
    """
    caller, wanted = owner_of(request), parse_model(SUBSET, body)
    service = _service(request)
    found = service.numbered(dataset_id, version, caller.household_id)
    return service.subset(found, wanted, caller.household_id, caller.person_id)


@router.post(
    "/datasets/{dataset_id}/share",
    openapi_extra=json_body(SHARE, {"days": 7}),
    responses=answers(SHARED, *OF_A_BODY, *ONE),
)
def share(request: Request, dataset_id: str, body: Body) -> ShareMade:
    """An address that downloads a version as a zip, without a log-in, until it expires.

    It is shown now, and kept as a digest. For owners.
    """
    caller, wanted = owner_of(request), parse_model(SHARE, body)
    return make_share(request, caller, dataset_id, wanted)


@router.get(
    "/shared/{token}",
    response_class=StreamingResponse,
    responses={**A_ZIP, **problems(UnknownShare, *AWAY)},
)
def download(request: Request, token: str) -> StreamingResponse:
    """The version that a link shares, as a zip; no log-in is needed."""
    shares: Shares = request.app.state.dataset_shares
    share = shares.find(token)
    found, pieces = share.version, shares.zipped(share.version)
    sharer = Caller("link", person_id=share.created_by, household_id=share.household_id)
    _audit(request).note_rarely(sharer, Action.DOWNLOADED_DATASET, found.id)  # by a stranger
    name = f"dataset-{found.dataset_id[:12]}-{found.version}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def make_share(request: Request, caller: Caller, dataset_id: str, wanted: ShareWanted) -> ShareMade:
    """A link in the caller's name; raises UnknownDataset."""
    found = _service(request).numbered(dataset_id, wanted.version, caller.household_id)
    shares: Shares = request.app.state.dataset_shares
    token, expires_at = shares.share(found, wanted.days, caller.household_id, caller.person_id)
    _audit(request).note(caller, Action.SHARED_DATASET, found.id)
    address = f"{own_address(request)}/shared/{token}"
    return ShareMade(address=address, version=found.version, expires_at=expires_at)


def _service(request: Request) -> DatasetService:
    service: DatasetService = request.app.state.datasets
    return service


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
