"""/board: every room of all households of who looks, for the night shift."""

from typing import Any

from fastapi import Request, Response

from backend.board.service import BoardService, Room, RoomState
from backend.troubles.phrase import Phrase
from backend.web.incident_views import phrase_of_label
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of
from backend.web.states import CAMERAS, StateWords

router = page_router()

ROOMS = {
    RoomState.UNANSWERED: StateWords(N_("Nobody has answered"), "alarm"),
    RoomState.ANSWERED: StateWords(N_("Answered"), "look"),
    RoomState.TROUBLE: StateWords(N_("Camera"), "look"),
    RoomState.QUIET: StateWords(N_("Quiet"), ""),
}


@router.get("/board")
def page(request: Request) -> Response:
    """The page."""
    return pages_of(request).render(request, "board.html", **_values(request))


@router.get("/board/rooms")
def rooms(request: Request) -> Response:
    """What of it changes; the page asks again and again."""
    return pages_of(request).render(request, "parts/board_rooms.html", **_values(request))


def _values(request: Request) -> dict[str, Any]:
    pages = pages_of(request)
    texts, view = pages.texts(request), pages.view(request)
    service: BoardService = request.app.state.board

    def phrase(room: Room) -> Phrase:
        return phrase_of_label(room.label or "", view.language)

    return {
        "rooms": service.rooms(request.state.caller),
        "phrase": phrase,
        "words": {state: texts.gettext(it.text) for state, it in ROOMS.items()},
        "colours": {state: it.colour for state, it in ROOMS.items()},
        "camera_states": {state: texts.gettext(it.text) for state, it in CAMERAS.items()},
    }
