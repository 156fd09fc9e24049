"""/household: the way to the pages that are not in a phone's bar, and to other households."""

from fastapi import Request, Response

from backend.http.bodies import Body
from backend.people.auth_router import look_at
from backend.people.schemas import HouseholdChoice
from backend.web.forms import checked, fields_of
from backend.web.navigation import places_for
from backend.web.page_route import own_page, page_router, pages_of, see

router = page_router()


@router.get("/household")
def page(request: Request) -> Response:
    """The page."""
    pages = pages_of(request)
    has_board = len(pages.view(request).homes) > 1
    found = places_for(request.state.caller.role, has_board=has_board)
    places = [it for it in found if not it.main]
    return pages.render(request, "household.html", places=places)


@router.post("/auth/household")
def choose(request: Request, body: Body) -> Response:
    """Look at another household, and go where the page wanted to."""
    fields = fields_of(body)
    wanted = checked(HouseholdChoice, {"household_id": _number(fields.get("household_id", ""))})
    look_at(request, wanted.household_id)
    return see(own_page(fields.get("next", "/")))


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text
