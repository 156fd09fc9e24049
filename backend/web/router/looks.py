"""/styles: how the colours of pictures are changed, learnt of the household's own."""

from typing import Any

from fastapi import Request, Response

from backend.errors import ApiError
from backend.http.bodies import Body
from backend.looks.night import NightLookService
from backend.looks.service import LookService
from backend.media.service import MediaService
from backend.web.factory_words import (
    JOB_STATES,
    LEARNT_FROM,
    LOOK_METHODS,
    states_worded,
    worded,
)
from backend.web.forms import checked, chosen, pairs_of
from backend.web.marks import N_
from backend.web.page_route import caregiver_router, pages_of, see
from backend.web.router.pictures import shown as shown_page
from contract.looks import LookWanted

router = caregiver_router()

TO_CHOOSE = 100
"""Of so many pictures, the newest ones."""
DONE = {
    "night": N_("Camera boxes use it for dark pictures within a minute."),
    "no_night": N_("Camera boxes brighten dark pictures in the simple way again."),
    "removed": N_("The look is deleted."),
    "exporting": N_("The file is being made, and stands here once it is there."),
}
SIDES = ("before", "after")


@router.get("/styles")
def page(request: Request, done: str = "") -> Response:
    """The list, and what one is learnt of."""
    return _page(request, done)


@router.post("/styles")
def learn(request: Request, body: Body) -> Response:
    """Let a job learn one."""
    pairs = pairs_of(body)
    fields: dict[str, Any] = {name: text for name, text in pairs if name not in SIDES}
    sides = {side: chosen(pairs, side) for side in SIDES}
    try:
        wanted, caller = checked(LookWanted, fields | sides), request.state.caller
        look = _service(request).learn(wanted, caller.household_id, caller.person_id)
    except ApiError as error:
        return _page(request, "", error, fields, sides)
    return see(f"/styles/{look.id}")


def shown(
    request: Request, template: str, done: str, error: ApiError | None, **values: Any
) -> Response:
    """A page of looks, with what has been done or could not be."""
    texts = pages_of(request).texts(request)
    return shown_page(
        request,
        template,
        DONE.get(done, ""),
        error,
        methods=worded(LOOK_METHODS, texts),
        sources=worded(LEARNT_FROM, texts),
        job_states=states_worded(JOB_STATES, texts),
        **values,
    )


def _page(
    request: Request,
    done: str,
    error: ApiError | None = None,
    fields: dict[str, Any] | None = None,
    sides: dict[str, tuple[str, ...]] | None = None,
) -> Response:
    household_id = request.state.caller.household_id
    media: MediaService = request.app.state.media
    night: NightLookService = request.app.state.night_looks
    return shown(
        request,
        "looks.html",
        done,
        error,
        looks=_service(request).newest(household_id),
        night=night.chosen(household_id).look_id,
        images=media.newest(household_id, limit=TO_CHOOSE),
        fields=fields or {},
        chosen=sides or dict.fromkeys(SIDES, ()),
    )


def _service(request: Request) -> LookService:
    service: LookService = request.app.state.looks
    return service
