"""Opens the record, and those who tell the people of it."""

import time
from collections.abc import Callable
from functools import partial

from starlette.datastructures import State

from backend.alerts.alert_events import read_alert_events
from backend.alerts.channels.registry import open_channels
from backend.alerts.labels import Labels
from backend.alerts.service import AlertService, AlertSettings
from backend.alerts.teller import Known, Teller
from backend.bus import Bus
from backend.cameras.visits import VisitService
from backend.config import BackendSettings
from backend.escalation.desk import Desk
from backend.escalation.service import EscalationService
from backend.events.intake import Intake
from backend.events.journal.segments import Retention
from backend.events.service import EventService
from backend.incidents.service import IncidentService
from backend.media.drivers.opening import open_record_store
from backend.poses.service import PoseService
from backend.storage.database import PostgresDatabase
from common.clock import SteadyClock
from contract.events import IncidentEvent


def open_alerts(state: State, settings: BackendSettings, bus: Bus) -> None:
    """Who tells the people, and does not rest until one of them has answered."""
    clock = SteadyClock()
    state.alerts = AlertService(
        _alert_settings(state, settings),
        open_channels(settings, time.time),
        state.database,
        bus,
        clock=clock,
        recipients=state.recipients,
        server=state.server_name,
    )
    desk = Desk(state.database, state.alerts, state.recipients, state.people, bus, clock)
    state.teller = _teller(state, bus, clock)
    state.visits = VisitService(state.database)
    state.escalation = EscalationService(
        desk, state.answer_links, partial(_is_accompanied, state.visits, state.poses)
    )


def _teller(state: State, bus: Bus, clock: Callable[[], float]) -> Teller | None:
    """A database in memory is never away."""
    if not isinstance(state.database, PostgresDatabase):
        return None
    known = Known(
        state.alerts.ruling,
        lambda camera_id: state.cameras.household_of(camera_id),
        state.known_recipients,
        state.known_people.zone,
        lambda: state.alerts.channels,
        lambda: time.monotonic() - state.database.heard_at,
    )
    return Teller(state.alerts.tellings, known, bus, clock)


def open_events(state: State, settings: BackendSettings, bus: Bus) -> None:
    """The record of what the camera boxes report."""
    state.events = EventService(
        settings.data_dir / "events",
        state.database,
        state.incidents,
        state.escalation.consider,
        bus,
        state.escalation.settled,
        retention=Retention(settings.event_log_days, settings.event_log_max_mb * 2**20),
        server=state.server_name,
        teller=state.teller,
    )
    state.intake = Intake(Labels(state.behavior.labels), state.alerts.prospect)


def open_incidents(state: State, settings: BackendSettings, bus: Bus) -> None:
    """What has happened, and the poses around it."""
    state.incidents = IncidentService(state.database, bus)
    days = settings.event_log_days
    folder, ordinary = settings.data_dir / "poses", settings.ordinary_poses_minutes
    url = settings.record_store
    state.shared_objects = url and open_record_store(settings, url, settings.data_dir)
    state.poses = PoseService(
        folder,
        days,
        bus,
        SteadyClock(),
        ordinary,
        objects=state.shared_objects,
        server=state.server_name,
    )


def _is_accompanied(
    visits: VisitService, poses: PoseService, household_id: int, fall: IncidentEvent, now: float
) -> bool:
    """Whether somebody has said that they are there, or the camera of a fall saw two people."""
    is_visited = visits.is_accompanied(household_id, now)
    return is_visited or poses.people_seen(fall.camera_id, fall.ts) > 1


def _alert_settings(state: State, settings: BackendSettings) -> AlertSettings:
    """Raises SettingError where ALERT_EVENTS names what no label is."""
    return AlertSettings(
        time_zone=state.people.zone,
        anomalous_labels=state.behavior.anomalous_labels,
        alert_events=read_alert_events(settings.alert_events, state.behavior.labels),
    )
