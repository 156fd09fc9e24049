"""A route of a page: taken by browsers only, and its errors are pages too.

Some pages have the address of an API call: a browser that shows a page asks for HTML, or sends a
form, and a program does neither.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match
from starlette.types import Scope

from backend.errors import ApiError
from backend.web.pages import Pages

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """Matches only what wants HTML; an ApiError is shown as a page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this is the route, for a browser."""
        if not wants_page(scope):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        """What answers a request."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except ApiError as error:
                return await run_in_threadpool(pages_of(request).problem, request, error)

        return handle


def page_router() -> APIRouter:
    """A router for pages."""
    return APIRouter(
        route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse
    )


def wants_page(scope: Scope) -> bool:
    """Whether who asks takes HTML, which programs do not name."""
    return scope["type"] == "http" and any(
        name == b"accept" and b"text/html" in value for name, value in scope["headers"]
    )


def see(path: str) -> Response:
    """After a form: lead the browser to a page, so that going back sends nothing again."""
    return RedirectResponse(path, 303)


def address_of(request: Request) -> str:
    """Where the browser is."""
    return request.client.host if request.client else ""


def pages_of(request: Request) -> Pages:
    """The pages of the server that is asked."""
    pages: Pages = request.app.state.pages
    return pages
