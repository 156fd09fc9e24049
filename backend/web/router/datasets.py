"""/datasets: what detectors learn from, and how more of it comes."""

from datetime import date
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict

from backend.datasets.from_record import RecordDatasets
from backend.datasets.schemas import RecordWanted
from backend.datasets.service import DatasetService
from backend.datasets.uploads import Uploads
from backend.datasets.uploads_router import give_up
from backend.errors import ApiError, InvalidInput
from backend.escalation.answer import Verdict
from backend.http.bodies import Body
from backend.incidents.days import bounds_of
from backend.web.factory_words import DATASET_KINDS, worded
from backend.web.forms import checked, chosen, filled, pairs_of
from backend.web.marks import N_
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see

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


def _page(
    request: Request,
    done: str,
    error: ApiError | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    caller = request.state.caller
    uploads: Uploads = request.app.state.uploads
    return shown(
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


def shown(
    request: Request, template: str, done: str, error: ApiError | None, **values: Any
) -> Response:
    """A page of data sets, with what has been done or could not be."""
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
