"""/datasets: what detectors learn from."""

from datetime import date
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict

from backend.datasets.from_record import RecordDatasets
from backend.datasets.router import VersionNumber, make_share
from backend.datasets.router import remove as remove_dataset
from backend.datasets.schemas import RecordWanted, ShareWanted
from backend.datasets.service import DatasetService
from backend.datasets.uploads import Uploads
from backend.datasets.uploads_router import give_up
from backend.errors import ApiError, InvalidInput
from backend.escalation.answer import Verdict
from backend.http.bodies import Body
from backend.incidents.days import bounds_of
from backend.web.factory_words import DATASET_KINDS, worded
from backend.web.forms import checked, chosen, fields_of, filled, pairs_of
from backend.web.marks import N_
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see
from contract.datasets import DatasetVersion, Subset

router = owner_router()

UPLOADS_SHOWN = 5
DONE = {
    "made": N_("A new version is made."),
    "removed": N_("The data set is deleted."),
    "given-up": N_("The upload is given up."),
}
VERDICTS = {
    Verdict.FALL: N_("Falls"),
    Verdict.FALSE_ALARM: N_("False alarms"),
    Verdict.TEST: N_("Tests: somebody may have fallen on purpose"),
}


class Span(BaseModel):
    """What of the record the form asks for; days are the household's, the last one included."""

    model_config = ConfigDict(extra="forbid")

    first: date
    last: date
    ordinary_hours: float = 0.0


@router.get("/datasets")
def page(request: Request, done: str = "") -> Response:
    """The list."""
    return _page(request, done)


@router.post("/datasets/from-record")
def from_record(request: Request, body: Body) -> Response:
    """Make a version of the household's own data set."""
    caller, pairs = request.state.caller, pairs_of(body)
    service: RecordDatasets = request.app.state.record_datasets
    try:
        wanted = _of_record(request, pairs)
        made = service.make(wanted, caller.household_id, caller.person_id)
    except ApiError as error:
        return _page(request, "", error, dict(pairs))
    return see(f"/datasets/{made.dataset_id}?done=made")


@router.post("/datasets/uploads/{upload_id}/removal")
def give_up_upload(request: Request, upload_id: str) -> Response:
    """Give up an upload."""
    try:
        give_up(request, upload_id)
    except ApiError as error:
        return _page(request, "", error)
    return see("/datasets?done=given-up")


@router.get("/datasets/of-version/{version_id}")
def of_version(request: Request, version_id: str) -> Response:
    """Lead to the data set that a version is of."""
    found = _service(request).version(version_id, request.state.caller.household_id)
    return see(f"/datasets/{found.dataset_id}#version-{found.version}")


@router.get("/datasets/{dataset_id}")
def dataset_page(request: Request, dataset_id: str, done: str = "") -> Response:
    """One data set."""
    return _dataset_page(request, dataset_id, done)


@router.post("/datasets/{dataset_id}/versions/{version}/subset")
def subset(request: Request, dataset_id: str, version: VersionNumber, body: Body) -> Response:
    """Make a version of some of the files."""
    caller = request.state.caller
    try:
        found = _service(request).numbered(dataset_id, version, caller.household_id)
        wanted = checked(Subset, _subset_of(pairs_of(body)))
        _service(request).subset(found, wanted, caller.person_id)
    except ApiError as error:
        return _dataset_page(request, dataset_id, "", error)
    return see(f"/datasets/{dataset_id}?done=made")


@router.post("/datasets/{dataset_id}/share")
def share(request: Request, dataset_id: str, body: Body) -> Response:
    """Show a link, this once: only a digest of it is kept."""
    wanted = checked(ShareWanted, filled(fields_of(body)))
    made = make_share(request, request.state.caller, dataset_id, wanted)
    return _dataset_page(request, dataset_id, "", shared=made)


@router.post("/datasets/{dataset_id}/removal")
def remove(request: Request, dataset_id: str) -> Response:
    """Delete it."""
    remove_dataset(request, dataset_id)
    return see("/datasets?done=removed")


def _page(
    request: Request,
    done: str,
    error: ApiError | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    caller, uploads = request.state.caller, request.app.state.uploads
    assert isinstance(uploads, Uploads)  # noqa: S101
    return _render(
        request,
        "datasets.html",
        done,
        error,
        datasets=_service(request).all(caller.household_id),
        uploads=[
            it for it in uploads.newest(caller.household_id, UPLOADS_SHOWN) if it.version_id is None
        ],
        verdicts=worded(VERDICTS, pages_of(request).texts(request)),
        fields=fields or {},
    )


def _dataset_page(
    request: Request,
    dataset_id: str,
    done: str,
    error: ApiError | None = None,
    **values: Any,
) -> Response:
    service = _service(request)
    dataset = service.find(dataset_id, request.state.caller.household_id)
    newest = dataset.versions[0] if dataset.versions else None
    shown = {"shared": None} | values
    return _render(
        request,
        "dataset.html",
        done,
        error,
        dataset=dataset,
        choices=_choices(service, newest) if newest else {},
        newest=newest,
        **shown,
    )


def _render(
    request: Request, template: str, done: str, error: ApiError | None, **values: Any
) -> Response:
    pages = pages_of(request)
    texts = pages.texts(request)
    return pages.render(
        request,
        template,
        int(error.status) if error else 200,
        kinds=worded(DATASET_KINDS, texts),
        name=namer(request),
        said=texts.gettext(DONE[done]) if done in DONE else "",
        sentence=pages.sentence(request, error) if error else "",
        **values,
    )


def _choices(service: DatasetService, version: DatasetVersion) -> dict[str, list[str]]:
    """What a subset can be chosen by: the labels, cameras and people of its files."""
    files = service.manifest(version).files
    return {
        "labels": sorted(version.summary),
        "camera_ids": sorted({file.camera_id for file in files if file.camera_id}),
        "people": sorted({file.person for file in files if file.person}),
    }


def _subset_of(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    many = {name: chosen(pairs, name) or None for name in ("labels", "camera_ids", "people")}
    fields = filled(dict(pairs))
    return many | {"since": fields.get("since"), "until": fields.get("until")}


def _of_record(request: Request, pairs: list[tuple[str, str]]) -> RecordWanted:
    fields = {name: text for name, text in filled(dict(pairs)).items() if name != "verdicts"}
    span = checked(Span, fields)
    if span.last < span.first:
        raise InvalidInput("expected the first day not to be after the last one")
    zone = pages_of(request).view(request).moments.zone
    wanted = {
        "since": bounds_of(span.first, zone)[0],
        "until": bounds_of(span.last, zone)[1],
        "verdicts": chosen(pairs, "verdicts"),
        "ordinary_hours": span.ordinary_hours,
    }
    return checked(RecordWanted, wanted)


def _service(request: Request) -> DatasetService:
    service: DatasetService = request.app.state.datasets
    return service
