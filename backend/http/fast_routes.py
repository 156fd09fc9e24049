"""The way past the web framework for what is asked many times a second."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.errors import ApiError, render, unexpected

Handler = Callable[[Request], Awaitable[Response]]


class Shortcut:
    """ASGI middleware: a POST to one of `handlers`' paths is answered there and then.

    The framework's way to such a function takes longer than the function does. It has a route for
    each of them all the same: that describes it, and answers every other method.
    """

    def __init__(self, app: ASGIApp, handlers: Mapping[str, Handler]) -> None:
        self._app, self._handlers = app, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on what is not ours."""
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        handler = self._handlers.get(scope["path"]) if is_post else None
        if handler is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await handler(request)
        except ApiError as error:
            response = render(error)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 (whatever it is, it is answered and logged)
            response = unexpected(request, error)
        await response(scope, receive, send)
