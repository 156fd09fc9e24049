"""/erase: everything of a camera or of some days, counted first and erased after a second yes."""

from collections.abc import Mapping
from datetime import date

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict

from backend.access.asking import owner_of
from backend.cameras.service import CameraService
from backend.erasure.scope import Scope
from backend.erasure.service import ErasureService
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.incidents.days import bounds_of
from backend.web.erased_words import counted
from backend.web.forms import checked, fields_of
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of, see
from contract.erasures import Erasure, ErasureAsked, ErasureState

router = page_router()

LISTED = 20
STATES: Mapping[ErasureState, str] = {
    ErasureState.PLANNED: N_("counted"),
    ErasureState.RUNNING: N_("under way"),
    ErasureState.DONE: N_("done"),
}


class Wish(BaseModel):
    """What the form asks for; days are the household's, the last one included."""

    model_config = ConfigDict(extra="forbid")

    camera_id: str | None = None
    first: date | None = None
    last: date | None = None


@router.get("/erase")
def page(request: Request) -> Response:
    """The page."""
    owner_of(request)
    return _page(request, {})


@router.post("/erase/count")
def count(request: Request, body: Body) -> Response:
    """Count what would go."""
    caller = owner_of(request)
    fields = fields_of(body)
    try:
        return _page(request, fields, _service(request).plan(caller, _scope(request, fields)))
    except ApiError as error:
        return _page(request, fields, error=error)


@router.post("/erase")
def erase(request: Request, body: Body) -> Response:
    """Erase it."""
    caller = owner_of(request)
    fields = fields_of(body)
    try:
        _service(request).begin(caller, _scope(request, fields))
    except ApiError as error:
        return _page(request, fields, error=error)
    return see("/erase")


def _page(
    request: Request,
    fields: Mapping[str, str],
    planned: Erasure | None = None,
    error: ApiError | None = None,
) -> Response:
    pages, cameras = pages_of(request), _cameras(request)
    texts, caller = pages.texts(request), request.state.caller
    return pages.render(
        request,
        "erase.html",
        int(error.status) if error else 200,
        fields=fields,
        planned=planned,
        cameras=[camera.camera_id for camera in cameras.all(request.state.caller.household_id)],
        counted=counted(planned, texts) if planned else [],
        states={state: texts.gettext(text) for state, text in STATES.items()},
        erasures=_service(request).newest(caller.household_id, LISTED),
        sentence=pages.sentence(request, error) if error else "",
    )


def _scope(request: Request, fields: Mapping[str, str]) -> Scope:
    wish = checked(Wish, {name: value for name, value in fields.items() if value})
    zone = pages_of(request).view(request).moments.zone
    since = bounds_of(wish.first, zone)[0] if wish.first else None
    until = bounds_of(wish.last, zone)[1] if wish.last else None
    wanted = {"camera_id": wish.camera_id, "since": since, "until": until, "confirm": True}
    asked = checked(ErasureAsked, wanted)
    return _service(request).scope(request.state.caller.household_id, asked)


def _service(request: Request) -> ErasureService:
    service: ErasureService = request.app.state.erasures
    return service


def _cameras(request: Request) -> CameraService:
    cameras: CameraService = request.app.state.cameras
    return cameras
