"""The server, built once from its settings."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from backend.access.control import GATEWAY_PATH, AccessControl
from backend.access.keys import Keyring
from backend.access.limiter import RequestLimiter
from backend.alerts.router import router as alerts_router
from backend.alerts.service import AlertService, AlertSettings
from backend.behavior.router import router as behavior_router
from backend.behavior.service import BehaviorService
from backend.config import BackendSettings
from backend.debug.router import router as debug_router
from backend.errors import ModelUnavailable, describe_answers, install_handlers
from backend.events.closed import Retention
from backend.events.router import router as events_router
from backend.events.service import EventService
from backend.gateway.service import GatewayService
from backend.health.router import router as health_router
from backend.health.service import HealthService
from backend.watchdog.ping import Ping
from backend.watchdog.service import WatchdogService
from contract.vision import Prediction

logger = logging.getLogger(__name__)


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
    keyring = Keyring(settings.api_key, settings.camera_keys) if settings.api_key else None
    gateway = GatewayService(_no_models, keyring)
    alerts = AlertService(
        _alert_settings(settings, behavior.anomalous_labels), publish=gateway.hub.publish_alert
    )
    events = EventService(
        settings.data_dir / "events",
        alerts.consider,
        retention=_retention(settings),
        publish=gateway.hub.publish_records,
    )
    app.state.behavior, app.state.alerts, app.state.events = behavior, alerts, events
    watchdog = WatchdogService(
        behavior, events, alerts, settings.data_dir, settings.camera_silent_after
    )
    health = HealthService(behavior, events, alerts, watchdog, gateway)
    app.state.watchdog, app.state.health, app.state.gateway = watchdog, health, gateway
    app.state.ping = _ping(settings, health)
    install_handlers(app)
    app.add_middleware(
        AccessControl,
        keyring=keyring,
        limiter=RequestLimiter(settings.client_requests_per_sec),
    )
    for router in (health_router, behavior_router, events_router, alerts_router, debug_router):
        app.include_router(router)
    app.mount(GATEWAY_PATH, gateway.app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.events.start()
    app.state.alerts.start()
    app.state.watchdog.start()
    await app.state.gateway.start()
    if app.state.ping:
        app.state.ping.start()
    logger.info("ready")
    yield
    if app.state.ping:
        app.state.ping.stop()
    await app.state.gateway.stop()
    app.state.watchdog.stop()
    # What was accepted is recorded first; the alerts that come of it are in the ledger by then.
    app.state.events.stop()
    app.state.alerts.stop()


async def _no_models(_name: str, _image: bytes, _previous: bytes | None = None) -> Prediction:
    raise ModelUnavailable("no image model is loaded")


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
