"""The server, built once from its settings."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from backend.access.control import AccessControl
from backend.access.keys import Keyring
from backend.access.limiter import RequestLimiter
from backend.alerts.router import router as alerts_router
from backend.alerts.service import AlertService, AlertSettings
from backend.behavior.router import analyze
from backend.behavior.router import router as behavior_router
from backend.behavior.service import BehaviorService
from backend.config import BackendSettings
from backend.debug.router import router as debug_router
from backend.errors import describe_answers, install_handlers
from backend.events.closed import Retention
from backend.events.router import payload
from backend.events.router import router as events_router
from backend.events.service import EventService
from backend.health.router import router as health_router
from backend.health.service import HealthService
from backend.watchdog.ping import Ping
from backend.watchdog.service import WatchdogService

logger = logging.getLogger(__name__)

ASKED_MOST = (
    Route("/behavior/analyze", analyze, methods=["POST"]),
    Route("/event/payload", payload, methods=["POST"]),
)
"""Routes that need nothing of FastAPI but their description, which the routers give."""


def create_app(settings: BackendSettings) -> FastAPI:
    """The application; what it holds lives in `app.state` and is passed down from here."""
    app = FastAPI(
        title="Dolbom",
        lifespan=_lifespan,
        responses=describe_answers(),
        redirect_slashes=False,
        # Their pages run scripts of another host, which could then ask as the household.
        docs_url=None,
        redoc_url=None,
    )
    behavior = BehaviorService(settings.model_checkpoint_path)
    alerts = AlertService(_alert_settings(settings, behavior.anomalous_labels))
    events = EventService(
        settings.data_dir / "events", alerts.consider, retention=_retention(settings)
    )
    app.state.behavior, app.state.alerts, app.state.events = behavior, alerts, events
    app.state.time_zone = settings.time_zone
    watchdog = WatchdogService(
        behavior, events, alerts, settings.data_dir, settings.camera_silent_after
    )
    health = HealthService(behavior, events, alerts, watchdog)
    app.state.watchdog, app.state.health = watchdog, health
    app.state.ping = _ping(settings, health)
    install_handlers(app)
    app.add_middleware(
        AccessControl,
        keyring=Keyring(settings.api_key, settings.camera_keys) if settings.api_key else None,
        limiter=RequestLimiter(settings.client_requests_per_sec),
    )
    # First what is asked many times a second: FastAPI's way to it takes longer than it does.
    app.router.routes.extend(ASKED_MOST)
    for router in (health_router, behavior_router, events_router, alerts_router, debug_router):
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.events.start()
    app.state.alerts.start()
    app.state.watchdog.start()
    if app.state.ping:
        app.state.ping.start()
    logger.info("ready")
    yield
    if app.state.ping:
        app.state.ping.stop()
    app.state.watchdog.stop()
    # What was accepted is recorded first; the alerts that come of it are in the ledger by then.
    app.state.events.stop()
    app.state.alerts.stop()


def _ping(settings: BackendSettings, health: HealthService) -> Ping | None:
    if settings.watchdog_ping_url is None:
        return None
    return Ping(settings.watchdog_ping_url, health.is_well)


def _retention(settings: BackendSettings) -> Retention:
    return Retention(settings.event_log_days, settings.event_log_max_mb * 2**20)


def _alert_settings(settings: BackendSettings, anomalous_labels: frozenset[str]) -> AlertSettings:
    return AlertSettings(
        data_dir=settings.data_dir,
        time_zone=settings.time_zone,
        anomalous_labels=anomalous_labels,
        alert_events=settings.alert_events,
        alert_urls=settings.alert_urls,
        link_url=str(settings.alert_link_url),
        button_title=settings.alert_button_title,
        kakao_access_token=settings.kakao_access_token,
        kakao_refresh_token=settings.kakao_refresh_token,
        kakao_rest_api_key=settings.kakao_rest_api_key,
        kakao_client_secret=settings.kakao_client_secret,
        kakao_api_url=settings.kakao_api_url,
        kakao_auth_url=settings.kakao_auth_url,
    )
