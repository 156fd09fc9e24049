"""An application behind access control: what every server of ours starts from."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.access.identity import Identity
from backend.access.keys import Caller, Keyring
from backend.access.middleware import AccessControl
from backend.access.rate_limit import RequestLimiter
from backend.config import VisionSettings
from backend.errors import install_handlers
from backend.http.fast_routes import Handler, Shortcut
from backend.http.network import Network, own_names
from backend.http.openapi import OF_ANY_ROUTE, problems
from backend.http.security_headers import SecurityHeaders
from common.settings import WebUrl

KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "The household's API_KEY, an access token of a person's login, or a camera's "
    "key for its own routes.",
}
CROSS_ORIGIN: dict[str, Any] = {
    "allow_methods": ["GET", "HEAD", "POST"],
    "allow_headers": ["Authorization", "Content-Type"],
    "expose_headers": ["Retry-After"],
    # A page of the internet that was allowed may ask a server of the house.
    "allow_private_network": True,
}


class GuardedApp(FastAPI):
    """An application whose `guard` a request meets before anything of the framework."""

    guard: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a HEAD as the GET that it stands for, whose body the server leaves out."""
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}
        scope["app"] = self
        await self.guard(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The description of every route, and of the key that it needs."""
        described = super().openapi()
        described["components"]["securitySchemes"] = {"key": KEY_SCHEME}
        described["security"] = [{"key": []}]
        return described

    async def inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the framework does."""
        await super().__call__(scope, receive, send)


def guarded_app(
    title: str,
    settings: VisionSettings,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    camera_keys: Mapping[Caller, SecretStr] | None = None,
    shortcuts: Mapping[str, Handler] | None = None,
    public_url: WebUrl | None = None,
    metrics_key: SecretStr | None = None,
) -> GuardedApp:
    """An application without a route; each that is added is closed from the start.

    `shortcuts` are behind the same guard, and past the framework. `app.state.keyring` has the keys,
    None if there are none; `app.state.identity` asks `app.state.sessions`, where a part sets that.
    """
    app = GuardedApp(
        title=title,
        lifespan=lifespan,
        responses=problems(*OF_ANY_ROUTE),
        redirect_slashes=False,
        # Their pages run scripts of another host, which could then ask as the household; `api_docs`
        # serves its own.
        docs_url=None,
        redoc_url=None,
        # Nobody else learns what a household asks, and each request would look who there is.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    install_handlers(app)
    keyring = app.state.keyring = _keyring(settings, camera_keys or {}, metrics_key)
    identity = app.state.identity = Identity(keyring, lambda: getattr(app.state, "sessions", None))
    network = _network(settings, public_url)
    limiter = RequestLimiter(settings.client_requests_per_sec)
    # No browser asks what has a shortcut.
    inside = Shortcut(SecurityHeaders(app.inside), shortcuts or {})
    app.guard = AccessControl(inside, keyring, limiter, network, identity)
    if network.origins:
        # Outside of access control: a browser asks without a key whether it may ask with one.
        app.guard = CORSMiddleware(app.guard, network.origins, **CROSS_ORIGIN)
    return app


def _keyring(
    settings: VisionSettings,
    camera_keys: Mapping[Caller, SecretStr],
    metrics_key: SecretStr | None,
) -> Keyring | None:
    if settings.api_key:
        return Keyring(settings.api_key, camera_keys, metrics_key=metrics_key)
    if not settings.allow_without_key:
        raise ValueError("expected an API_KEY, or ALLOW_WITHOUT_KEY")
    return None


def _network(settings: VisionSettings, public_url: WebUrl | None) -> Network:
    names = own_names() | settings.public_hosts
    if public_url and public_url.host:
        names |= {public_url.host.lower()}
    url = str(public_url) if public_url else None
    return Network(settings.trusted_proxies, names, settings.allowed_origins, url)
