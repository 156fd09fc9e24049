"""/detectors/deployments: where versions serve, and by which shares."""

from fastapi import Request, Response

from backend.deployments.router import NewShares, ToDeploy, deploy, end
from backend.deployments.router import change as change_shares
from backend.deployments.router import roll_back as go_back
from backend.deployments.service import DeploymentService
from backend.errors import ApiError, InvalidInput
from backend.http.bodies import Body
from backend.versions.service import VersionService
from backend.web.factory_words import DEPLOYMENT_KINDS, recipe_titles, worded
from backend.web.forms import checked, fields_of
from backend.web.marks import N_
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see
from contract.deployments import Deployment, DeploymentMove

router = owner_router()

PATH = "/detectors/deployments"
MOST_MOVES = 10
SHARE = "share-"
DONE = {
    "deployed": N_("It serves."),
    "changed": N_("The shares are changed."),
    "back": N_("What served before serves again."),
    "ended": N_("It serves no more."),
}


@router.get(PATH)
def page(request: Request, done: str = "") -> Response:
    """The page."""
    return _page(request, done)


@router.post(PATH)
def create(request: Request, body: Body) -> Response:
    """Let a version serve somewhere."""
    fields = fields_of(body)
    try:
        version_id = fields.pop("version_id", "")
        version = _versions(request).find(version_id, request.state.caller.household_id)
        wanted = fields | {"recipe": version.recipe, "shares": {version.id: 100}}
        deploy(request, checked(ToDeploy, wanted).model_dump_json().encode())
    except ApiError as error:
        return _page(request, "", error)
    return see(f"{PATH}?done=deployed")


@router.post(PATH + "/{deployment_id}/shares")
def change(request: Request, deployment_id: str, body: Body) -> Response:
    """Let it serve other versions, or by other shares."""
    try:
        wanted = checked(NewShares, {"shares": _shares(fields_of(body))})
        change_shares(request, deployment_id, wanted.model_dump_json().encode())
    except ApiError as error:
        return _page(request, "", error)
    return see(f"{PATH}?done=changed")


@router.post(PATH + "/{deployment_id}/rollback")
def roll_back(request: Request, deployment_id: str) -> Response:
    """Let it serve what it served before."""
    try:
        go_back(request, deployment_id, b"")
    except ApiError as error:
        return _page(request, "", error)
    return see(f"{PATH}?done=back")


@router.post(PATH + "/{deployment_id}/end")
def end_it(request: Request, deployment_id: str) -> Response:
    """Let it serve no more."""
    try:
        end(request, deployment_id)
    except ApiError as error:
        return _page(request, "", error)
    return see(f"{PATH}?done=ended")


def _page(request: Request, done: str, error: ApiError | None = None) -> Response:
    pages, caller = pages_of(request), request.state.caller
    texts, language = pages.texts(request), pages.view(request).language
    service: DeploymentService = request.app.state.deployments
    deployments = service.all(caller.household_id)
    versions = _versions(request).newest(caller.household_id)
    return pages.render(
        request,
        "deployments.html",
        int(error.status) if error else 200,
        deployments=[(each, _moves(service, each)) for each in deployments],
        versions=versions,
        known={version.id: version.version for version in versions},
        kinds=worded(DEPLOYMENT_KINDS, texts),
        titles=recipe_titles(language),
        name=namer(request),
        said=texts.gettext(DONE[done]) if done in DONE else "",
        sentence=pages.sentence(request, error) if error else "",
    )


def _moves(service: DeploymentService, deployment: Deployment) -> list[DeploymentMove]:
    return service.moves(deployment)[:MOST_MOVES]


def _shares(fields: dict[str, str]) -> dict[str, int]:
    """Percent by the version's id, without those that are to serve nothing."""
    try:
        shares = {
            name.removeprefix(SHARE): int(text)
            for name, text in fields.items()
            if name.startswith(SHARE) and text
        }
    except ValueError as error:
        raise InvalidInput("shares: expected whole numbers of percent") from error
    return {version_id: share for version_id, share in shares.items() if share}


def _versions(request: Request) -> VersionService:
    versions: VersionService = request.app.state.versions
    return versions
