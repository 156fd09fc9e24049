"""The server: its routes, and the parts that are opened when it starts."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.datastructures import State

from backend.access.middleware import SOCKETIO_PATH
from backend.activity.router import router as activity_router
from backend.activity.service import ActivityService
from backend.alerts.alert_events import read_alert_events
from backend.alerts.channels.kakao.app import KakaoApp
from backend.alerts.channels.registry import open_channels, routers
from backend.alerts.labels import Labels
from backend.alerts.router import router as alerts_router
from backend.alerts.service import AlertService, AlertSettings
from backend.analysis.router import analyze
from backend.analysis.router import router as behavior_router
from backend.analysis.service import BehaviorService
from backend.api_docs.router import add_api_docs
from backend.audit.router import router as audit_router
from backend.audit.service import AuditService
from backend.bus import Bus
from backend.cameras.last_seen import LastSeen
from backend.cameras.pairing import PairingService
from backend.cameras.pairing_router import router as pairing_router
from backend.cameras.router import router as cameras_router
from backend.cameras.service import CameraService
from backend.cameras.store import ZoneStore
from backend.cameras.visits import VisitService
from backend.cameras.visits_router import router as visits_router
from backend.config import BackendSettings
from backend.contacts.kakao_app_router import router as kakao_app_router
from backend.contacts.kakao_logins import KakaoLogins
from backend.contacts.kakao_router import router as kakao_router
from backend.contacts.kinds.base import Means
from backend.contacts.push.vapid import VapidKey
from backend.contacts.router import router as contacts_router
from backend.contacts.service import ContactService
from backend.daily_word.service import DailyWordService
from backend.erasure.router import router as erasures_router
from backend.erasure.service import ErasureService
from backend.escalation.desk import Desk
from backend.escalation.fall_test_router import router as fall_test_router
from backend.escalation.links import AnswerLinks
from backend.escalation.roster import HouseholdRecipients
from backend.escalation.router import router as escalation_router
from backend.escalation.service import EscalationService
from backend.escalation.steps import ALL
from backend.events.intake import Intake
from backend.events.journal.segments import Retention
from backend.events.messages import EventsRecorded
from backend.events.router import payload
from backend.events.router import router as events_router
from backend.events.self_test_calls import SelfTestCalls
from backend.events.service import EventService
from backend.guarded_app import guarded_app
from backend.health.router import router as health_router
from backend.health.service import HealthService
from backend.incidents.router import router as incidents_router
from backend.incidents.service import IncidentService
from backend.live.service import LiveService
from backend.people.accounts import AccountService
from backend.people.attempts import Attempts
from backend.people.auth_router import router as auth_router
from backend.people.invitations import InvitationService
from backend.people.passwords import Passwords
from backend.people.router import router as people_router
from backend.people.secret import signing_secret
from backend.people.service import PeopleService
from backend.people.sessions import SessionService
from backend.people.setup_code import SetupCode
from backend.people.signer import Signer
from backend.poses.router import router as poses_router
from backend.poses.service import PoseService
from backend.self_test.router import router as self_test_router
from backend.self_test.service import SelfTestService
from backend.storage.database import Database, open_database
from backend.vision.circuit_breaker import CircuitBreaker
from backend.vision.local import VisionService
from backend.vision.predictor import Predictor
from backend.vision.remote import VisionForwarder
from backend.vision.remote_client import VisionClient
from backend.vision.requests import BodyBudget
from backend.vision.router import router as vision_router
from backend.watchdog.dead_man_ping import Ping
from backend.watchdog.service import WatchdogService
from backend.web.environment import environment_of
from backend.web.pages import Pages
from backend.web.router import PAGE_ROUTERS
from common.clock import SteadyClock
from contract.events import IncidentEvent

# They are tried in this order: pages, which only browsers ask for, then what is asked most often.
ROUTERS = (
    *PAGE_ROUTERS,
    vision_router,
    behavior_router,
    events_router,
    health_router,
    incidents_router,
    poses_router,
    escalation_router,
    alerts_router,
    cameras_router,
    auth_router,
    people_router,
    audit_router,
    contacts_router,
    kakao_router,
    kakao_app_router,
    pairing_router,
    visits_router,
    fall_test_router,
    activity_router,
    self_test_router,
    erasures_router,
    *routers(),
)
ASKED_MOST = {"/behavior/analyze": analyze, "/event/payload": payload}


def create_app(settings: BackendSettings) -> FastAPI:
    """The application. It opens no file and no database before its lifespan begins."""
    lifespan = partial(_lifespan, settings)
    app = guarded_app(
        "Dolbom", settings, lifespan, settings.camera_keys, ASKED_MOST, settings.public_url
    )
    for router in ROUTERS:
        app.include_router(router)
    add_api_docs(app)
    return app


@asynccontextmanager
async def _lifespan(settings: BackendSettings, app: FastAPI) -> AsyncIterator[None]:
    """Raises SettingError, OSError and the errors of the database where a part cannot be opened."""
    _open(app, settings)
    async with AsyncExitStack() as stops:
        await _start(app.state, stops)
        yield


async def _start(state: State, stops: AsyncExitStack) -> None:
    """Start the parts; `stops` ends those that run, however far this comes."""
    stops.callback(state.database.close)
    # Its incidents begin with the events.
    state.poses.start()
    stops.callback(state.poses.stop)
    # Before the events, which are notified through all channels, and before the alerts, which give
    # up what waits for a channel that is not open.
    state.contacts.start()
    state.events.start()
    state.alerts.start()
    # What was accepted is recorded first; the alerts that come of it are in the ledger by then.
    stops.callback(state.alerts.stop)
    state.escalation.start()
    stops.callback(state.escalation.stop)
    stops.callback(state.contacts.stop)
    stops.callback(state.events.stop)
    state.activity.start()
    stops.callback(state.activity.stop)
    state.daily_word.start()
    stops.callback(state.daily_word.stop)
    state.self_tests.start()
    stops.callback(state.self_tests.stop)
    state.erasures.start()
    stops.callback(state.erasures.stop)
    state.watchdog.start()
    stops.callback(state.watchdog.stop)
    await state.vision.start()
    stops.push_async_callback(state.vision.stop)
    await state.live.start()
    stops.push_async_callback(state.live.stop)
    if state.ping:
        state.ping.start()
        stops.callback(state.ping.stop)


def _open(app: FastAPI, settings: BackendSettings) -> None:
    """Open the parts. They live in `app.state`, and each is given those that it needs."""
    bus, database = Bus(), open_database(_database_url(settings), settings.data_dir)
    behavior = BehaviorService(settings.model_checkpoint_path)
    vision = app.state.vision = _vision(settings)
    _open_people(app.state, settings, database, bus)
    live = app.state.live = LiveService(vision.predict, app.state.identity, bus)
    incidents = IncidentService(database, bus)
    poses = app.state.poses = PoseService(
        settings.data_dir / "poses", settings.event_log_days, bus, SteadyClock()
    )
    clock, recipients = SteadyClock(), _recipients(app.state)
    alerts = app.state.alerts = AlertService(
        _alert_settings(settings, behavior, app.state.people),
        open_channels(settings, time.time),
        database,
        bus,
        clock=clock,
        recipients=recipients,
    )
    desk = Desk(database, alerts, recipients, app.state.people, bus, clock)
    visits = app.state.visits = VisitService(database)
    escalation = app.state.escalation = EscalationService(
        desk, app.state.answer_links, partial(_is_accompanied, visits, poses)
    )
    events = EventService(
        settings.data_dir / "events",
        database,
        incidents,
        escalation.consider,
        bus,
        retention=_retention(settings),
    )
    app.state.database, app.state.incidents = database, incidents
    app.state.behavior, app.state.events = behavior, events
    app.state.intake = Intake(Labels(behavior.labels), alerts.prospect)
    app.state.environment = environment_of(settings)
    app.state.pages = Pages(app.state.people)
    app.state.problem_page = app.state.pages.problem
    app.state.zones = ZoneStore(settings.data_dir / "zones")
    contacts = _contacts(settings, app.state, bus)
    app.state.contacts, app.state.kakao_logins = contacts, KakaoLogins(time.time)
    _open_cameras(app.state, settings, bus)
    app.state.daily_word = DailyWordService(
        database,
        alerts,
        app.state.activity,
        app.state.people,
        lambda: recipients.roster().up_to(ALL, alerts.channels),
    )
    watchdog = WatchdogService(
        behavior,
        events,
        incidents,
        alerts,
        bus,
        settings.data_dir,
        settings.camera_silent_after,
    )
    erasures = app.state.erasures = ErasureService(database, events, poses, app.state.activity)
    health = HealthService(
        {
            "model": behavior.health,
            "log": events.health,
            "alerts": alerts.health,
            "channel": alerts.channel_health,
            "answers": escalation.health,
            "contacts": contacts.health,
            "self_test": app.state.self_tests.health,
            "cameras": watchdog.cameras_health,
            "watchdog": watchdog.health,
            "vision": vision.health,
            "gateway": live.health,
            "poses": poses.health,
            "erasure": erasures.health,
        }
    )
    app.state.watchdog, app.state.health = watchdog, health
    app.state.picture_budget = BodyBudget()
    app.state.ping = _ping(settings, health)
    app.mount(SOCKETIO_PATH, live.app)


def _open_people(state: State, settings: BackendSettings, database: Database, bus: Bus) -> None:
    """Who belongs to the household, and who of them is logged in."""
    state.public_url = str(settings.public_url).rstrip("/") if settings.public_url else None
    state.signer = Signer(signing_secret(settings.jwt_secret_key, settings.data_dir))
    state.setup_code, state.audit = SetupCode(), AuditService(database)
    state.people = PeopleService(database, bus, fixed_zone=settings.time_zone)
    state.invitations = InvitationService(database)
    state.accounts = AccountService(database, bus, state.invitations, Passwords(), Attempts())
    state.sessions = SessionService(database, state.signer, bus)


def _recipients(state: State) -> HouseholdRecipients:
    """Whom alerts go to; the contacts and the alerts are opened after it."""
    state.answer_links = AnswerLinks(state.signer, state.public_url)
    return HouseholdRecipients(
        state.people,
        state.answer_links,
        lambda: state.contacts.ways(),
        lambda: state.alerts.channels,
        time.time,
    )


def _contacts(settings: BackendSettings, state: State, bus: Bus) -> ContactService:
    vapid = VapidKey(settings.data_dir)
    means = Means(
        settings, settings, KakaoApp.of(settings), state.public_url, vapid, time.time, bus
    )
    return ContactService(state.database, state.people, state.alerts, means)


def _open_cameras(state: State, settings: BackendSettings, bus: Bus) -> None:
    """Open what is kept of the cameras, with what their boxes said last, also to earlier runs."""
    last_seen = LastSeen()
    state.activity = ActivityService(
        settings.data_dir / "events", state.database, state.people.zone
    )
    for camera_id, moved_at in state.activity.last_moves().items():
        last_seen.note_moved(camera_id, moved_at)
    for record in state.events.last_heartbeats():
        last_seen.note(record.event, record.received_at)
    bus.subscribe(EventsRecorded, lambda recorded: _note_all(last_seen, recorded))
    state.cameras = CameraService(
        state.database,
        state.keyring,
        settings.camera_keys,
        last_seen,
        settings.camera_silent_after,
    )
    state.pairing = PairingService(state.database, state.cameras)
    state.self_test_calls = SelfTestCalls()
    state.self_tests = SelfTestService(
        state.database, state.cameras, state.people, state.self_test_calls, state.escalation
    )


def _is_accompanied(
    visits: VisitService, poses: PoseService, household_id: int, fall: IncidentEvent, now: float
) -> bool:
    """Whether somebody has said that they are there, or the camera of a fall saw two people."""
    is_visited = visits.is_accompanied(household_id, now)
    return is_visited or poses.people_seen(fall.camera_id, fall.ts) > 1


def _note_all(last_seen: LastSeen, recorded: EventsRecorded) -> None:
    for record in recorded.records:
        last_seen.note(record.event, record.received_at)


def _vision(settings: BackendSettings) -> Predictor:
    if settings.vision_url is None:
        return VisionService(settings.vision_checkpoints_path)
    client = VisionClient(settings.vision_url, settings.vision_api_key)
    return VisionForwarder(client, CircuitBreaker())


def _ping(settings: BackendSettings, health: HealthService) -> Ping | None:
    if settings.watchdog_ping_url is None:
        return None
    return Ping(settings.watchdog_ping_url, health.is_well)


def _database_url(settings: BackendSettings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url else None


def _retention(settings: BackendSettings) -> Retention:
    return Retention(settings.event_log_days, settings.event_log_max_mb * 2**20)


def _alert_settings(
    settings: BackendSettings, behavior: BehaviorService, people: PeopleService
) -> AlertSettings:
    """Raises SettingError where ALERT_EVENTS names what no label is."""
    return AlertSettings(
        time_zone=people.zone,
        anomalous_labels=behavior.anomalous_labels,
        alert_events=read_alert_events(settings.alert_events, behavior.labels),
    )
