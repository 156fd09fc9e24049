"""GET /board."""

from fastapi import APIRouter, Request

from backend.access.middleware import check_household
from backend.board.service import BoardService, Room
from backend.http.openapi import answers

router = APIRouter(tags=["households"])

ROOM = {
    "household_id": 2,
    "household": "301호",
    "camera_id": "bed.h2",
    "place": "창가",
    "state": "answered",
    "camera": "watching",
    "incident_id": "0f6c1d2e3b4a5968",
    "label": "fall",
    "since": 1_795_939_200.0,
    "answered_by": "소라",
}


@router.get("/board", responses=answers([ROOM]))
def board(request: Request) -> list[Room]:
    """Every room of all households of who asks, in the order in which they need somebody.

    Incidents that nobody has answered come first, the longest of them before all, then those that
    somebody has, cameras that are not well, and what is quiet.
    """
    caller = request.state.caller
    check_household(caller)
    service: BoardService = request.app.state.board
    return service.rooms(caller)
