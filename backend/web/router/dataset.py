"""/datasets/{id}: the versions of a data set, parts of it, links, and its end."""

from typing import Any

from fastapi import Request, Response

from backend.datasets.dataset_tables import DatasetTables
from backend.datasets.router import VersionNumber, make_share
from backend.datasets.router import remove as remove_dataset
from backend.datasets.schemas import ShareWanted
from backend.datasets.service import DatasetService
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.web.factory_words import COLUMN_KINDS, worded
from backend.web.forms import checked, chosen, fields_of, filled, pairs_of
from backend.web.page_route import owner_router, pages_of, see
from backend.web.router.datasets import shown as shown_page
from contract.datasets import DatasetKind, DatasetVersion, Subset
from contract.own_tables import TableShown

router = owner_router()


@router.get("/datasets/{dataset_id}")
def page(request: Request, dataset_id: str, done: str = "") -> Response:
    """One data set."""
    return _page(request, dataset_id, done)


@router.post("/datasets/{dataset_id}/versions/{version}/subset")
def subset(request: Request, dataset_id: str, version: VersionNumber, body: Body) -> Response:
    """Make a version of some of the files."""
    caller = request.state.caller
    try:
        found = _service(request).numbered(dataset_id, version, caller.household_id)
        wanted = checked(Subset, _subset_of(pairs_of(body)))
        _service(request).subset(found, wanted, caller.household_id, caller.person_id)
    except ApiError as error:
        return _page(request, dataset_id, "", error)
    return see(f"/datasets/{dataset_id}?done=made")


@router.post("/datasets/{dataset_id}/share")
def share(request: Request, dataset_id: str, body: Body) -> Response:
    """Show a link, this once: only a digest of it is kept."""
    wanted = checked(ShareWanted, filled(fields_of(body)))
    made = make_share(request, request.state.caller, dataset_id, wanted)
    return _page(request, dataset_id, "", shared=made)


@router.post("/datasets/{dataset_id}/removal")
def remove(request: Request, dataset_id: str) -> Response:
    """Delete it."""
    remove_dataset(request, dataset_id)
    return see("/datasets?done=removed")


def _page(
    request: Request,
    dataset_id: str,
    done: str,
    error: ApiError | None = None,
    **values: Any,
) -> Response:
    service = _service(request)
    dataset = service.find(dataset_id, request.state.caller.household_id)
    newest = dataset.versions[0] if dataset.versions else None
    return shown_page(
        request,
        "dataset.html",
        done,
        error,
        dataset=dataset,
        choices=_choices(service, newest) if newest else {},
        newest=newest,
        table=_table(request, newest),
        column_kinds=worded(COLUMN_KINDS, pages_of(request).texts(request)),
        **({"shared": None} | values),
    )


def _choices(service: DatasetService, version: DatasetVersion) -> dict[str, list[str]]:
    """What a subset can be chosen by: the labels, cameras and people of its files."""
    files = service.manifest(version).files
    return {
        "labels": sorted(version.summary),
        "camera_ids": sorted({file.camera_id for file in files if file.camera_id}),
        "people": sorted({file.person for file in files if file.person}),
    }


def _table(request: Request, version: DatasetVersion | None) -> TableShown | None:
    """What is in it, where it is a table."""
    if version is None or version.kind is not DatasetKind.TABLE:
        return None
    tables: DatasetTables = request.app.state.dataset_tables
    return tables.shown(version)


def _subset_of(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    many = {name: chosen(pairs, name) or None for name in ("labels", "camera_ids", "people")}
    fields = filled(dict(pairs))
    return many | {"since": fields.get("since"), "until": fields.get("until")}


def _service(request: Request) -> DatasetService:
    service: DatasetService = request.app.state.datasets
    return service
