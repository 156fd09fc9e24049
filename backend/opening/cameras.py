"""Opens what is kept of the cameras."""

from starlette.datastructures import State

from backend.activity.service import ActivityService
from backend.bus import Bus
from backend.cameras.found import FoundService
from backend.cameras.last_seen import LastSeen
from backend.cameras.pairing import PairingService
from backend.cameras.service import CameraService
from backend.cameras.store import ZoneStore
from backend.config import BackendSettings
from backend.events.messages import EventsRecorded
from backend.events.self_test_calls import SelfTestCalls
from backend.self_test.service import SelfTestService


def open_cameras(state: State, settings: BackendSettings, bus: Bus) -> None:
    """Open what is kept of the cameras, with what their boxes said last, also to earlier runs."""
    state.zones = ZoneStore(settings.data_dir / "zones")
    state.activity = ActivityService(
        settings.data_dir / "events",
        state.database,
        state.people.zone,
        household_of=lambda camera_id: state.cameras.household_of(camera_id),
        server=state.server_name,
    )
    state.cameras = CameraService(
        state.database,
        state.keyring,
        settings.camera_keys,
        _last_seen(state, bus),
        settings.camera_silent_after,
        bus,
        zones=state.zones,
    )
    state.found = FoundService(state.database)
    state.pairing = PairingService(state.database, state.cameras)
    _open_self_tests(state)


def _last_seen(state: State, bus: Bus) -> LastSeen:
    """What the boxes said last, to earlier runs and from now on."""
    last_seen = LastSeen()
    for camera_id, moved_at in state.activity.last_moves().items():
        last_seen.note_moved(camera_id, moved_at)
    for record in state.events.last_heartbeats():
        last_seen.note(record.event, record.received_at)
    bus.subscribe(EventsRecorded, lambda recorded: _note_all(last_seen, recorded), everywhere=True)
    return last_seen


def _open_self_tests(state: State) -> None:
    state.self_test_calls = SelfTestCalls()
    state.self_tests = SelfTestService(
        state.database, state.cameras, state.people, state.self_test_calls, state.escalation
    )


def _note_all(last_seen: LastSeen, recorded: EventsRecorded) -> None:
    for record in recorded.records:
        last_seen.note(record.event, record.received_at)
