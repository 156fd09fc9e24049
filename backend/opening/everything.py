"""Opens all parts, in the order in which they need one another."""

from fastapi import FastAPI
from starlette.datastructures import State

from backend.access.middleware import SOCKETIO_PATH
from backend.analysis.service import BehaviorService
from backend.board.service import BoardService
from backend.bus import Bus
from backend.cluster import presence
from backend.cluster.name import own_name
from backend.config import BackendSettings
from backend.daily_word.service import DailyWordService
from backend.erasure.asked import Asked
from backend.erasure.copies import Copies
from backend.erasure.household import EndedHouseholds
from backend.erasure.retention import RetentionService
from backend.erasure.service import ErasureService
from backend.escalation.steps import ALL
from backend.health.service import HealthService
from backend.households.keys import HouseholdKeys
from backend.households.service import HouseholdService
from backend.live.service import LiveService
from backend.opening.cameras import open_cameras
from backend.opening.cluster import open_cluster
from backend.opening.comments import open_comments
from backend.opening.factory import open_factory, open_jobs
from backend.opening.integrations import open_integrations
from backend.opening.metrics import open_metrics
from backend.opening.people import open_contacts, open_people, open_recipients
from backend.opening.record import open_alerts, open_events, open_incidents
from backend.opening.record_tables import open_record_tables
from backend.opening.tracing import open_tracing
from backend.storage.database import open_database
from backend.vision.circuit_breaker import CircuitBreaker
from backend.vision.local import VisionService
from backend.vision.predictor import Predictor
from backend.vision.remote import VisionForwarder
from backend.vision.remote_client import VisionClient
from backend.vision.requests import BodyBudget
from backend.watchdog.dead_man_ping import Ping
from backend.watchdog.service import WatchdogService
from backend.web.environment import environment_of
from backend.web.pages import Pages
from contract.versions import DETECTOR


def open_parts(app: FastAPI, settings: BackendSettings) -> None:
    """Open the parts, which live in `app.state`.

    Raises SettingError, OSError and the errors of the database where one cannot be opened.
    """
    state, bus = app.state, Bus()
    state.server_name = own_name(settings.data_dir)
    state.database = open_database(settings.database_address, settings.data_dir)
    _open_models(state, settings)
    open_people(state, settings, bus)
    open_jobs(state, settings)
    state.live = LiveService(
        state.vision.predict,
        state.identity,
        bus,
        state.jobs,
        household_of=lambda camera_id: state.cameras.household_of(camera_id),
    )
    open_incidents(state, settings, bus)
    open_recipients(state)
    open_alerts(state, settings, bus)
    open_events(state, settings, bus)
    _open_pages(state, settings)
    open_contacts(state, settings, bus)
    open_cameras(state, settings, bus)
    open_record_tables(state, settings)
    open_factory(state, settings, bus)
    open_comments(state)
    open_cluster(state, settings, bus)
    _open_rounds(state, settings, bus)
    _open_erasures(state, bus)
    _open_households(state, bus)
    open_metrics(state, settings, bus)
    state.tracing = open_tracing(settings, bus)
    open_integrations(state, settings, bus)
    state.health = _health(state)
    state.ping = _ping(settings, state.health)
    app.mount(SOCKETIO_PATH, state.live.app)


def _open_models(state: State, settings: BackendSettings) -> None:
    state.behavior = BehaviorService(settings.model_checkpoint_path)
    state.vision = _vision(settings)
    state.picture_budget = BodyBudget()


def _open_pages(state: State, settings: BackendSettings) -> None:
    state.environment = environment_of(settings)
    state.pages = Pages(state.people, puts_to=settings.puts_to)
    state.report_font = settings.report_font
    state.problem_page = state.pages.problem


def _open_rounds(state: State, settings: BackendSettings, bus: Bus) -> None:
    """What looks after the rest by itself, time and again."""
    state.daily_word = DailyWordService(
        state.database,
        state.alerts,
        state.activity,
        state.people,
        lambda household_id: state.escalation.channels_at(ALL, household_id),
        is_on_duty=state.is_on_duty,
    )
    state.watchdog = WatchdogService(
        state.behavior,
        state.events,
        state.incidents,
        state.alerts,
        bus,
        settings.data_dir,
        settings.camera_silent_after,
        lambda: state.edge.offered(DETECTOR),
        removals=state.cameras.removals,
        is_on_duty=state.is_on_duty,
        hears_all=state.hears_all,
        household_of=state.cameras.household_of,
    )


def _open_erasures(state: State, bus: Bus) -> None:
    state.erasures = ErasureService(
        state.database,
        state.events,
        state.poses,
        state.activity,
        Copies(state.comparisons, state.record_eraser, state.versions),
        record=state.record,
        bus=bus,
        media=state.media,
        server=state.server_name,
        known=presence.known,
        asked=Asked(state.assistant, state.tabular.history, state.batches),
        ended=EndedHouseholds(state.database, state.factory_database),
        household_of=state.cameras.household_of,
    )


def _open_households(state: State, bus: Bus) -> None:
    """What is of all households of a server."""
    state.retention = RetentionService(state.erasures, state.people, is_on_duty=state.is_on_duty)
    state.board = BoardService(state.database, state.people, state.cameras, state.escalation)
    state.household_keys = HouseholdKeys(state.database, state.keyring, bus)
    state.households = HouseholdService(
        state.database,
        bus,
        state.household_keys,
        state.invitations,
        state.sessions,
        state.cameras,
        state.erasures,
    )


def _health(state: State) -> HealthService:
    return HealthService(
        {
            "model": state.behavior.health,
            "log": state.events.health,
            "watchdog": state.watchdog.health,
            "vision": state.vision.health,
            "gateway": state.live.health,
            "poses": state.poses.health,
            "record": state.record.health,
            "erasure": state.erasures.health,
            "jobs": state.job_health.health,
            "datasets": state.dataset_intake.health,
            "media": state.media_sweeper.health,
            "tabular": state.tabular.health,
            **({"cluster": state.cluster.health} if state.cluster else {}),
            **({"mqtt": state.home_assistant.health} if state.home_assistant else {}),
            **({"webhooks": state.webhooks.health} if state.webhooks else {}),
        },
        {
            "alerts": state.alerts.health,
            "channel": state.alerts.channel_health,
            "answers": state.escalation.health,
            "contacts": state.contacts.health,
            "self_test": state.self_tests.health,
            "cameras": state.watchdog.cameras_health,
            **({"told": state.alerts.tellings.health} if state.teller else {}),
        },
    )


def _vision(settings: BackendSettings) -> Predictor:
    if settings.vision_url is None:
        return VisionService(settings.vision_checkpoints_path)
    client = VisionClient(settings.vision_url, settings.vision_api_key)
    return VisionForwarder(client, CircuitBreaker())


def _ping(settings: BackendSettings, health: HealthService) -> Ping | None:
    if settings.watchdog_ping_url is None:
        return None
    return Ping(settings.watchdog_ping_url, health.is_well)
