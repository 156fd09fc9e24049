"""/images/consents: whose pictures the household keeps, and how long."""

from fastapi import Request, Response

from backend.cameras.service import CameraService
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.media.consents import ConsentService
from backend.media.consents_router import keep_from_now
from backend.media.consents_router import withdraw as withdraw_consent
from backend.web.forms import checked, fields_of, filled
from backend.web.page_route import caregiver_router, see
from backend.web.router.pictures import DONE, consents_of, shown
from contract.media import ConsentWanted

router = caregiver_router()


@router.get("/images/consents")
def consents(request: Request, done: str = "") -> Response:
    """What is kept, and how long."""
    return _consents(request, done)


@router.post("/images/consents")
def give(request: Request, body: Body) -> Response:
    """Keep such pictures from now on."""
    try:
        fields = filled(fields_of(body))
        keep_from_now(request, checked(ConsentWanted, {"days": None} | fields))
    except ApiError as error:
        return _consents(request, error=error)
    return see("/images/consents?done=kept")


@router.post("/images/consents/withdrawal")
def withdraw(request: Request, body: Body) -> Response:
    """Keep no more of them."""
    fields = fields_of(body)
    try:
        withdraw_consent(request, fields.get("camera_id"), "erase" in fields)
    except ApiError as error:
        return _consents(request, error=error)
    return see("/images/consents?done=withdrawn")


def _consents(request: Request, done: str = "", error: ApiError | None = None) -> Response:
    cameras: CameraService = request.app.state.cameras
    service: ConsentService = request.app.state.consents
    given = {it.camera_id: it for it in consents_of(request)}
    household_id = request.state.caller.household_id
    kept = service.kept(household_id)
    known = {it.camera_id for it in cameras.all(household_id)} | given.keys() | kept.keys()
    sources = [None, *sorted(it for it in known if it is not None)]
    return shown(
        request,
        "consents.html",
        DONE.get(done, ""),
        error,
        sources=[
            {"camera_id": it, "consent": given.get(it), "kept": kept.get(it, 0)} for it in sources
        ],
    )
