"""A route of a page: taken by browsers only.

Some pages have the address of an API call: a browser that shows a page asks for HTML, or sends a
form, and a program does neither.
"""

import re
from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from backend.access.asking import caregiver_of, owner_of
from backend.errors import wants_page
from backend.web.pages import Pages

OWN_PAGE = re.compile(r"/(?![/\\])[!-~]{0,2000}")


class PageRoute(APIRoute):
    """Matches only what wants HTML."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this is the route, for a browser."""
        if not wants_page(scope):
            return Match.NONE, {}
        return super().matches(scope)


def page_router() -> APIRouter:
    """A router for pages."""
    return APIRouter(
        route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse
    )


def owner_router() -> APIRouter:
    """A router for pages that only owners see."""
    return _router_for(owner_of)


def caregiver_router() -> APIRouter:
    """A router for pages that caregivers and owners see."""
    return _router_for(caregiver_of)


def _router_for(check: Callable[[Request], object]) -> APIRouter:
    return APIRouter(
        route_class=PageRoute,
        include_in_schema=False,
        default_response_class=HTMLResponse,
        dependencies=[Depends(check)],
    )


def see(path: str) -> Response:
    """After a form: lead the browser to a page, so that going back sends nothing again."""
    return RedirectResponse(path, 303)


def own_page(path: str) -> str:
    """`path`, if it is one of this server; else the start."""
    return path if OWN_PAGE.fullmatch(path) else "/"


def address_of(request: Request) -> str:
    """Where the browser is."""
    return request.client.host if request.client else ""


def pages_of(request: Request) -> Pages:
    """The pages of the server that is asked."""
    pages: Pages = request.app.state.pages
    return pages
