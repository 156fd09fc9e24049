"""/styles/{id}: one look: how near it comes, what it is applied to, who else gets it."""

from fastapi import Request, Response

from backend.access.asking import owner_of
from backend.cameras.service import CameraService, CameraShown, CameraState
from backend.comments.router import Before
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.looks.night import NightLookService
from backend.looks.night_router import let_be_used
from backend.looks.router import make_share
from backend.looks.router import remove as remove_look
from backend.looks.schemas import ApplyWanted, CubeWanted, ShareWanted
from backend.looks.service import LookService
from backend.media.service import MediaService
from backend.web.factory_words import WAYS, worded
from backend.web.forms import checked, fields_of, filled, number_in
from backend.web.note_views import Draft
from backend.web.page_route import caregiver_router, pages_of, see
from backend.web.router.looks import TO_CHOOSE, shown
from backend.web.said import said_of_subject
from contract.comments import Subject, SubjectKind
from contract.jobs import ENDS
from contract.looks import LookShare

router = caregiver_router()


@router.get("/styles/{look_id}")
def page(request: Request, look_id: str, done: str = "", notes_before: Before = None) -> Response:
    """One look."""
    return show(request, look_id, done, notes_before=notes_before)


@router.post("/styles/{look_id}/apply")
def apply(request: Request, look_id: str, body: Body) -> Response:
    """Put a picture through it."""
    caller, wanted = request.state.caller, checked(ApplyWanted, fields_of(body))
    try:
        _service(request).apply(look_id, wanted.image_id, caller.household_id, caller.person_id)
    except ApiError as error:
        return show(request, look_id, error=error)
    return see(f"/images/{wanted.image_id}#work")


@router.post("/styles/{look_id}/export")
def export(request: Request, look_id: str, body: Body) -> Response:
    """Let a job write it as a file."""
    caller, wanted = request.state.caller, _cube_wanted(body)
    try:
        _service(request).export(look_id, wanted.size, caller.household_id, caller.person_id)
    except ApiError as error:
        return show(request, look_id, error=error)
    return see(f"/styles/{look_id}?done=exporting#cube")


@router.post("/styles/{look_id}/share")
def share(request: Request, look_id: str, body: Body) -> Response:
    """Show a link, this once: only a digest of it is kept."""
    caller, wanted = owner_of(request), checked(ShareWanted, filled(fields_of(body)))
    return show(request, look_id, shared=make_share(request, caller, look_id, wanted.days))


@router.post("/styles/{look_id}/night")
def use_at_night(request: Request, look_id: str, body: Body) -> Response:
    """Let camera boxes change dark pictures by it, or by no look."""
    owner_of(request)
    is_wanted = "used" in fields_of(body)
    try:
        let_be_used(request, look_id if is_wanted else None)
    except ApiError as error:
        return show(request, look_id, error=error)
    return see(f"/styles/{look_id}?done={'night' if is_wanted else 'no_night'}#night")


@router.post("/styles/{look_id}/removal")
def remove(request: Request, look_id: str) -> Response:
    """Delete it."""
    remove_look(request, look_id)
    return see("/styles?done=removed")


def show(
    request: Request,
    look_id: str,
    done: str = "",
    error: ApiError | None = None,
    draft: Draft | None = None,
    notes_before: int | None = None,
    shared: LookShare | None = None,
) -> Response:
    """The page of a look, with what could not be done, and why."""
    household_id = request.state.caller.household_id
    media: MediaService = request.app.state.media
    look = _service(request).find(look_id, household_id)
    return shown(
        request,
        "look.html",
        done,
        error,
        look=look,
        is_over=look.state in ENDS,
        cubes=_service(request).cubes(look),
        is_for_night=_is_for_night(request, look.id),
        cameras=_cameras(request),
        images=[(it.id, it.name) for it in media.newest(household_id, limit=TO_CHOOSE)],
        ways=worded(WAYS, pages_of(request).texts(request)),
        shared=shared,
        **said_of_subject(request, Subject(kind=SubjectKind.LOOK, id=look_id), draft, notes_before),
    )


def _is_for_night(request: Request, look_id: str) -> bool:
    service: NightLookService = request.app.state.night_looks
    return service.chosen(request.state.caller.household_id).look_id == look_id


def _cameras(request: Request) -> list[CameraShown]:
    """Those that are watched; their boxes say by what they change dark pictures."""
    service: CameraService = request.app.state.cameras
    household_id = request.state.caller.household_id
    return [it for it in service.all(household_id) if it.state is CameraState.WATCHING]


def _cube_wanted(body: bytes) -> CubeWanted:
    return checked(CubeWanted, {"size": number_in(fields_of(body), "size")})


def _service(request: Request) -> LookService:
    service: LookService = request.app.state.looks
    return service
