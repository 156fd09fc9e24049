"""An application behind its door: what every server of ours starts from."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from pydantic import SecretStr

from backend.access.control import AccessControl
from backend.access.keys import Keyring
from backend.access.limiter import RequestLimiter
from backend.config import VisionSettings
from backend.errors import describe_answers, install_handlers


def guarded_app(
    title: str,
    settings: VisionSettings,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    camera_keys: Mapping[str, SecretStr] | None = None,
) -> FastAPI:
    """An application without a route; each that is added is closed from the start."""
    app = FastAPI(
        title=title,
        lifespan=lifespan,
        responses=describe_answers(),
        redirect_slashes=False,
        # Their pages run scripts of another host, which could then ask as the household.
        docs_url=None,
        redoc_url=None,
    )
    install_handlers(app)
    app.add_middleware(
        AccessControl,
        keyring=Keyring(settings.api_key, camera_keys or {}) if settings.api_key else None,
        limiter=RequestLimiter(settings.client_requests_per_sec),
    )
    return app
