"""/household: on a phone, the way to the pages that are not in the bar."""

from fastapi import Request, Response

from backend.web.navigation import places_for
from backend.web.page_route import page_router, pages_of

router = page_router()


@router.get("/household")
def page(request: Request) -> Response:
    """The page."""
    places = [it for it in places_for(request.state.caller.role) if not it.main]
    return pages_of(request).render(request, "household.html", places=places)
