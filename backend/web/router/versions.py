"""/detectors/versions/{id}: what a version was made of, how good it is, and where it goes."""

from fastapi import Request, Response

from backend.datasets.service import DatasetService
from backend.errors import ApiError
from backend.exports.service import ExportService
from backend.http.bodies import Body
from backend.versions.errors import NoCard, UnknownVersion
from backend.versions.router import AliasWanted, name, remove
from backend.versions.service import VersionService
from backend.web.factory_words import ALIASES, JOB_STATES, recipe_titles, states_worded
from backend.web.forms import checked, fields_of
from backend.web.learnt_from import learnt_from
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see
from backend.web.router.detectors import shown as detectors_page
from backend.web.router.detectors import version_views
from contract.datasets import DatasetKind, DatasetVersion
from contract.exports import ExportFormat, ExportWanted
from contract.versions import DETECTOR, Alias, Version

router = owner_router()

PATH = "/detectors/versions"
FORMATS = {
    ExportFormat.ONNX: "ONNX",
    ExportFormat.LITERT: "LiteRT (TensorFlow Lite)",
    ExportFormat.COREML: "Core ML",
    ExportFormat.TORCHSCRIPT: "TorchScript",
    ExportFormat.PT2: "torch.export (pt2)",
    ExportFormat.TENSORRT: "TensorRT",
}
MOVED_TO = {Alias.PRODUCTION: "serves", Alias.SHADOW: "shadow"}


@router.get(PATH + "/{version_id}")
def page(request: Request, version_id: str) -> Response:
    """The page."""
    return _page(request, version_id)


@router.post(PATH + "/{version_id}/alias")
def move(request: Request, version_id: str, body: Body) -> Response:
    """Let it serve, or be the shadow."""
    wanted = checked(AliasWanted, fields_of(body))
    try:
        name(request, version_id, wanted.model_dump_json().encode())
    except ApiError as error:
        return _page(request, version_id, error)
    return see(f"/detectors?done={MOVED_TO[wanted.alias]}")


@router.post(PATH + "/{version_id}/exports")
def export(request: Request, version_id: str, body: Body) -> Response:
    """Ask for an export."""
    caller = request.state.caller
    wanted = checked(ExportWanted, fields_of(body) | {"version_id": version_id})
    try:
        _exports(request).ask(wanted, caller.household_id, caller.person_id)
    except ApiError as error:
        return _page(request, version_id, error)
    return see(f"{PATH}/{version_id}#exports")


@router.post(PATH + "/{version_id}/removal")
def take_off(request: Request, version_id: str) -> Response:
    """Take it off the list."""
    try:
        remove(request, version_id)
    except UnknownVersion as error:
        return detectors_page(request, "", error)
    except ApiError as error:
        return _page(request, version_id, error)
    return see("/detectors?done=removed")


def _page(request: Request, version_id: str, error: ApiError | None = None) -> Response:
    caller, pages = request.state.caller, pages_of(request)
    texts = pages.texts(request)
    service: VersionService = request.app.state.versions
    version = service.find(version_id, caller.household_id)
    known = {it.id: it for it in service.newest(caller.household_id, version.recipe)}
    moves = service.moves(caller.household_id, version.recipe)
    return pages.render(
        request,
        "version.html",
        int(error.status) if error else 200,
        each=version_views(request).one(version),
        title=recipe_titles(pages.view(request).language).get(version.recipe, version.recipe),
        serving=service.named(version.recipe, Alias.PRODUCTION, caller.household_id),
        card=_card(service, version),
        base=known.get(version.base_id or ""),
        datasets=learnt_from(
            request.app.state.datasets, version.dataset_version_ids, caller.household_id
        ),
        tracks=_tracks(request) if version.recipe == DETECTOR else [],
        exports=_exports(request).newest(caller.household_id, version.id),
        formats=FORMATS,
        moves=[it for it in moves if version.id in (it.from_version_id, it.to_version_id)],
        known=known,
        aliases=states_worded(ALIASES, texts),
        job_states=states_worded(JOB_STATES, texts),
        name=namer(request),
        sentence=pages.sentence(request, error) if error else "",
    )


def _tracks(request: Request) -> list[DatasetVersion]:
    """The versions of data sets that detectors can be measured on."""
    service: DatasetService = request.app.state.datasets
    datasets = service.all(request.state.caller.household_id)
    return [version for it in datasets if it.kind is DatasetKind.TRACKS for version in it.versions]


def _card(service: VersionService, version: Version) -> str:
    try:
        return service.card(version)
    except NoCard:
        return ""


def _exports(request: Request) -> ExportService:
    exports: ExportService = request.app.state.exports
    return exports
