"""An application behind its door: what every server of ours starts from."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.access.control import AccessControl
from backend.access.keys import Keyring
from backend.access.limiter import RequestLimiter
from backend.config import VisionSettings
from backend.errors import describe_answers, install_handlers
from backend.shortcut import Handler, Shortcut


class _GuardedApp(FastAPI):
    """An application whose door a request meets before anything of the framework."""

    door: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go to the door."""
        scope["app"] = self
        await self.door(scope, receive, send)

    async def inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the framework does."""
        await super().__call__(scope, receive, send)


def guarded_app(
    title: str,
    settings: VisionSettings,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    camera_keys: Mapping[str, SecretStr] | None = None,
    shortcuts: Mapping[str, Handler] | None = None,
) -> FastAPI:
    """An application without a route; each that is added is closed from the start.

    `shortcuts` are behind the same door, and past the framework. `app.state.keyring` has the keys,
    None if there are none.
    """
    app = _GuardedApp(
        title=title,
        lifespan=lifespan,
        responses=describe_answers(),
        redirect_slashes=False,
        # Their pages run scripts of another host, which could then ask as the household.
        docs_url=None,
        redoc_url=None,
        # Nobody else is told what a household asks, and each request would look who there is.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    install_handlers(app)
    keyring = Keyring(settings.api_key, camera_keys or {}) if settings.api_key else None
    app.state.keyring = keyring
    app.door = AccessControl(
        Shortcut(app.inside, shortcuts or {}),
        keyring,
        RequestLimiter(settings.client_requests_per_sec),
    )
    return app
