"""/detectors: what serves now, what could serve instead, and the way back."""

from fastapi import Request, Response

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.deployments.errors import NothingBefore
from backend.errors import ApiError
from backend.training.recipes import RECIPES
from backend.versions.comparisons import ComparisonService
from backend.versions.service import VersionService
from backend.web.factory_words import ALIASES, JOB_STATES, recipe_titles, states_worded
from backend.web.marks import N_
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see
from backend.web.version_views import VersionViews
from contract.versions import Alias

router = owner_router()

DONE = {
    "serves": N_("This version serves from now on."),
    "shadow": N_("This version is the shadow from now on: it is asked too, and alerts nobody."),
    "back": N_("The version before serves again."),
    "removed": N_("The version is off the list."),
}


@router.get("/detectors")
def page(request: Request, done: str = "") -> Response:
    """The page."""
    return shown(request, done)


@router.post("/detectors/{recipe}/rollback")
def roll_back(request: Request, recipe: str) -> Response:
    """Let the version before serve again."""
    caller: Caller = request.state.caller
    service: VersionService = request.app.state.versions
    try:
        views = {it.recipe: it for it in version_views(request).recipes(())}
        before = views[recipe].before if recipe in views else None
        if before is None:
            raise NothingBefore("nothing has served before that could serve again")
        reason = pages_of(request).texts(request).gettext("back to the one before")
        service.move(
            recipe, Alias.PRODUCTION, before.id, caller.person_id, reason, caller.household_id
        )
    except ApiError as error:
        return shown(request, "", error)
    audit: AuditService = request.app.state.audit
    audit.note(caller, Action.ROLLED_BACK, recipe)
    return see("/detectors?done=back")


def shown(request: Request, done: str, error: ApiError | None = None) -> Response:
    """The page, with what has been done or could not be."""
    pages = pages_of(request)
    texts, language = pages.texts(request), pages.view(request).language
    return pages.render(
        request,
        "detectors.html",
        int(error.status) if error else 200,
        recipes=version_views(request).recipes(RECIPES),
        titles=recipe_titles(language),
        aliases=states_worded(ALIASES, texts),
        job_states=states_worded(JOB_STATES, texts),
        name=namer(request),
        said=texts.gettext(DONE[done]) if done in DONE else "",
        sentence=pages.sentence(request, error) if error else "",
    )


def version_views(request: Request) -> VersionViews:
    """Those of whoever looks."""
    app, caller = request.app.state, request.state.caller
    comparisons: ComparisonService = app.comparisons
    return VersionViews(
        app.versions,
        app.shadow,
        comparisons.newest(caller.household_id),
        app.cameras.all(request.state.caller.household_id),
        caller.household_id,
    )
