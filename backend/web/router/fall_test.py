"""/fall-test: lie down, and see what the detector sees and when it would alert whom."""

from typing import Any

from fastapi import Request, Response

from backend.cameras.service import CameraService, CameraState
from backend.errors import ApiError
from backend.escalation.answer import Way
from backend.escalation.errors import NoFallTest
from backend.escalation.fall_test_router import FallTestWanted, begin_fall_test, end_fall_test
from backend.http.bodies import Body
from backend.web.fall_test_views import bars_of, fall_test_of, last_test_of, later_stages, seen_in
from backend.web.forms import checked, fields_of
from backend.web.page_route import page_router, pages_of, see

router = page_router()


@router.get("/fall-test")
def page(request: Request) -> Response:
    """The page."""
    return _page(request)


@router.get("/fall-test/state")
def state(request: Request) -> Response:
    """What of it changes; the page asks again and again while a test lasts."""
    return pages_of(request).render(request, "parts/fall_test_state.html", **_values(request))


@router.post("/fall-test")
def begin(request: Request, body: Body) -> Response:
    """Begin one."""
    try:
        begin_fall_test(request, checked(FallTestWanted, fields_of(body)))
    except ApiError as error:
        return _page(request, error)
    return see("/fall-test")


@router.post("/fall-test/end")
def end(request: Request, body: Body) -> Response:
    """Whoever fell is up."""
    fields_of(body)
    try:
        end_fall_test(request, Way.PAGE)
    except NoFallTest as error:
        return _page(request, error)
    return see("/fall-test")


def _page(request: Request, error: ApiError | None = None) -> Response:
    pages = pages_of(request)
    return pages.render(
        request,
        "fall_test.html",
        int(error.status) if error else 200,
        **_values(request),
        bars=bars_of(request),
        sentence=pages.sentence(request, error) if error else "",
    )


def _values(request: Request) -> dict[str, Any]:
    running = fall_test_of(request)
    test = running.test if running else last_test_of(request)
    cameras: CameraService = request.app.state.cameras
    watching = [
        it.camera_id
        for it in cameras.all(request.state.caller.household_id)
        if it.state is CameraState.WATCHING
    ]
    return {
        "running": running,
        "seen": seen_in(request, test) if test else None,
        "later": later_stages(request),
        "cameras": watching,
    }
