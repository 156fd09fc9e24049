"""The server: its routes, and the parts that are opened when it starts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Protocol

from fastapi import FastAPI
from starlette.datastructures import State

from backend.access.keys import camera_caller
from backend.activity.router import router as activity_router
from backend.alerts.channels.registry import routers
from backend.alerts.router import router as alerts_router
from backend.analysis.router import analyze
from backend.analysis.router import router as behavior_router
from backend.api_docs.router import add_api_docs
from backend.assistant.router import router as assistant_router
from backend.audit.router import router as audit_router
from backend.board.router import router as board_router
from backend.cameras.found_router import router as found_router
from backend.cameras.names import household_named
from backend.cameras.pairing_router import router as pairing_router
from backend.cameras.router import router as cameras_router
from backend.cameras.visits_router import router as visits_router
from backend.comments.router import router as comments_router
from backend.config import BackendSettings
from backend.contacts.kakao_app_router import router as kakao_app_router
from backend.contacts.kakao_router import router as kakao_router
from backend.contacts.router import router as contacts_router
from backend.datasets.record_router import router as record_router
from backend.datasets.router import router as datasets_router
from backend.datasets.tables_router import router as own_tables_router
from backend.datasets.uploads_router import router as uploads_router
from backend.deployments.edge_router import router as edge_router
from backend.deployments.router import router as deployments_router
from backend.erasure.router import router as erasures_router
from backend.escalation.fall_test_router import router as fall_test_router
from backend.escalation.router import router as escalation_router
from backend.events.router import payload, payloads
from backend.events.router import router as events_router
from backend.exports.router import router as exports_router
from backend.guarded_app import guarded_app
from backend.health.router import router as health_router
from backend.households.router import router as households_router
from backend.incidents.router import router as incidents_router
from backend.jobs.router import router as jobs_router
from backend.looks.night_router import router as night_looks_router
from backend.looks.router import router as looks_router
from backend.media.consents_router import router as consents_router
from backend.media.files_router import router as image_files_router
from backend.media.jobs_router import router as image_jobs_router
from backend.media.put_router import router as put_router
from backend.media.router import router as images_router
from backend.metrics.requests import RequestMeter
from backend.metrics.router import router as metrics_router
from backend.opening.everything import open_parts
from backend.people.auth_router import router as auth_router
from backend.people.operators_router import router as operators_router
from backend.people.router import router as people_router
from backend.plain_words.router import router as plain_words_router
from backend.poses.router import router as poses_router
from backend.record.router import router as record_tables_router
from backend.self_test.router import router as self_test_router
from backend.storage.errors import install_database_handler
from backend.tabular.batch_router import router as batch_router
from backend.tabular.router import answer as predict_row
from backend.tabular.router import router as tabular_router
from backend.tools.router import router as tools_router
from backend.training.router import router as training_router
from backend.versions.comparisons_router import router as comparisons_router
from backend.versions.router import router as versions_router
from backend.vision.router import router as vision_router
from backend.web.router import PAGE_ROUTERS
from contract.tabular import TABULAR_RECIPES

# They are tried in this order: pages, which only browsers ask for, then what is asked most often.
ROUTERS = (
    *PAGE_ROUTERS,
    vision_router,
    behavior_router,
    events_router,
    health_router,
    metrics_router,
    incidents_router,
    poses_router,
    escalation_router,
    comments_router,
    alerts_router,
    found_router,
    cameras_router,
    auth_router,
    people_router,
    operators_router,
    households_router,
    board_router,
    audit_router,
    contacts_router,
    kakao_router,
    kakao_app_router,
    pairing_router,
    visits_router,
    fall_test_router,
    activity_router,
    record_tables_router,
    self_test_router,
    erasures_router,
    jobs_router,
    training_router,
    versions_router,
    comparisons_router,
    record_router,
    uploads_router,
    own_tables_router,
    datasets_router,
    exports_router,
    edge_router,
    deployments_router,
    put_router,
    consents_router,
    images_router,
    image_files_router,
    image_jobs_router,
    night_looks_router,
    looks_router,
    tabular_router,
    batch_router,
    plain_words_router,
    tools_router,
    assistant_router,
    *routers(),
)
ASKED_MOST = {
    "/behavior/analyze": analyze,
    "/event/payload": payload,
    "/event/payloads": payloads,
    **{f"/api/predict/{name}": predict_row for name in TABULAR_RECIPES},
}


def create_app(settings: BackendSettings) -> FastAPI:
    """The application. It opens no file and no database before its lifespan begins."""
    lifespan = partial(_lifespan, settings)
    app = guarded_app(
        "Dolbom",
        settings,
        lifespan,
        {camera_caller(it, household_named(it)): key for it, key in settings.camera_keys.items()},
        ASKED_MOST,
        settings.public_url,
        settings.metrics_key,
    )
    install_database_handler(app)
    app.guard = app.state.request_meter = RequestMeter(app.guard, ASKED_MOST)
    for router in ROUTERS:
        app.include_router(router)
    add_api_docs(app)
    return app


@asynccontextmanager
async def _lifespan(settings: BackendSettings, app: FastAPI) -> AsyncIterator[None]:
    """Raises SettingError, OSError and the errors of the database where a part cannot be opened."""
    open_parts(app, settings)
    async with AsyncExitStack() as stops:
        await _start(app.state, stops)
        yield


async def _start(state: State, stops: AsyncExitStack) -> None:
    """Start the parts; `stops` ends those that run, however far this comes."""
    stops.callback(state.database.close)
    stops.callback(state.factory_database.close)
    if state.cluster:
        # It is left last, once nothing of this server is under way.
        _run(stops, state.cluster)
    if state.tracing:
        stops.callback(state.tracing.stop)
    # The incidents of the poses begin with the events.
    _run(stops, state.production, state.tabular.history, state.poses)
    # Before the events, which are notified through all channels, and before the alerts, which give
    # up what waits for a channel that is not open.
    state.contacts.start()
    state.events.start()
    state.alerts.start()
    # What was accepted is recorded first; the alerts that come of it are in the ledger by then.
    stops.callback(state.alerts.stop)
    _run(stops, state.escalation)
    stops.callback(state.contacts.stop)
    stops.callback(state.events.stop)
    if state.cluster:
        _run(stops, state.catching_up)
    _run(stops, state.activity, state.record, state.daily_word, state.self_tests)
    _run(stops, state.erasures, state.retention, state.dataset_intake, state.media_sweeper)
    _run(stops, state.watchdog)
    await _start_talking(state, stops)


async def _start_talking(state: State, stops: AsyncExitStack) -> None:
    """Start what others are connected to, or what connects to others."""
    await state.vision.start()
    stops.push_async_callback(state.vision.stop)
    await state.live.start()
    stops.push_async_callback(state.live.stop)
    if state.webhooks:
        _run(stops, state.webhooks)
    if state.home_assistant:
        await state.home_assistant.start()
        stops.push_async_callback(state.home_assistant.stop)
    if state.ping:
        _run(stops, state.ping)


class _Runs(Protocol):
    """A part that runs from its start to its stop."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def _run(stops: AsyncExitStack, *parts: _Runs) -> None:
    """Start these one after the other; `stops` ends them the other way round."""
    for part in parts:
        part.start()
        stops.callback(part.stop)
