"""How each camera is, by what its box said last."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.bus import Bus
from backend.cameras.errors import UnknownCamera
from backend.cameras.last_seen import LastSeen
from backend.cameras.names import MAX_CAMERAS
from backend.cameras.service import CameraService, CameraState, KeyKind
from backend.people.household import HouseholdSettings
from backend.people.store import add_household, end_household
from backend.storage.database import SqliteDatabase
from contract.events import ENDED, EVENT, FAILED, STOPPED
from testkit.clock import Clock

NOW = 1.8e9
Beat = Callable[..., None]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def last_seen() -> LastSeen:
    return LastSeen()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(tmp_path / "database" / "dolbom.sqlite3")) as opened:
        yield opened


@pytest.fixture
def cameras(database: SqliteDatabase, last_seen: LastSeen, clock: Clock) -> CameraService:
    return CameraService(database, None, {"hall"}, last_seen, 40.0, Bus(), clock)


@pytest.fixture
def beat(last_seen: LastSeen, clock: Clock) -> Beat:
    """Lets a heartbeat come now."""

    def come(camera_id: str = "거실", **fields: object) -> None:
        event = {"event_type": "HEARTBEAT", "event_id": "e", "camera_id": camera_id}
        last_seen.note(EVENT.validate_python(event | {"ts": clock.now - 1} | fields), clock.now)

    return come


def test_camera_is_shown_as_its_last_heartbeat_says(cameras: CameraService, beat: Beat) -> None:
    beat(picture="dark", inference="local", state="watching")
    shown = cameras.find("거실", 1)
    assert (shown.picture, shown.inference, shown.heard_at) == ("dark", "local", NOW)
    assert (shown.state, shown.key) == (CameraState.WATCHING, KeyKind.HOUSEHOLD)


def test_camera_of_the_settings_that_never_came_is_shown(cameras: CameraService) -> None:
    shown = cameras.find("hall", 1)
    assert (shown.state, shown.key) == (CameraState.NEVER_HEARD, KeyKind.ENVIRONMENT)


@pytest.mark.parametrize(
    ("said", "later", "state"),
    [
        ("watching", 40.0, CameraState.WATCHING),
        ("watching", 41.0, CameraState.SILENT),
        (FAILED, 1.0, CameraState.FAILED),
        (FAILED, 41.0, CameraState.SILENT),
        (STOPPED, 4000.0, CameraState.STOPPED),
        (ENDED, 4000.0, CameraState.STOPPED),
    ],
)
def test_state_of_a_camera(
    cameras: CameraService, beat: Beat, clock: Clock, said: str, later: float, state: CameraState
) -> None:
    beat(state=said)
    clock.now += later
    assert cameras.find("거실", 1).state is state


def test_somebody_moves_where_one_was_found_and_something_moved(
    cameras: CameraService, beat: Beat, clock: Clock
) -> None:
    beat(pose_share=1.0, motion_share=0.0)
    beat(pose_share=0.0, motion_share=1.0)
    assert cameras.find("거실", 1).moved_at is None
    beat(pose_share=0.3, motion_share=0.3)
    clock.now += 9
    beat(pose_share=1.0, motion_share=0.0)
    assert cameras.find("거실", 1).moved_at == NOW - 1


def test_backlog_does_not_turn_back_when_somebody_moved(
    cameras: CameraService, beat: Beat, clock: Clock
) -> None:
    beat(pose_share=1.0, motion_share=1.0)
    beat(pose_share=1.0, motion_share=1.0, ts=NOW - 500)
    assert cameras.find("거실", 1).moved_at == NOW - 1


def test_place_is_kept_until_it_is_taken_back(cameras: CameraService, beat: Beat) -> None:
    beat()
    assert cameras.set_place(1, "거실", "책장 위").place == "책장 위"
    assert cameras.find("거실", 1).place == "책장 위"
    assert cameras.set_place(1, "거실", None).place is None
    with pytest.raises(UnknownCamera):
        cameras.set_place(1, "nowhere", "x")


def test_removed_camera_is_known_again_when_it_reports(cameras: CameraService, beat: Beat) -> None:
    beat()
    cameras.set_place(1, "거실", "책장 위")
    cameras.remove("거실", 1)
    with pytest.raises(UnknownCamera):
        cameras.find("거실", 1)
    beat()
    assert cameras.find("거실", 1).place is None


def test_nobody_waits_for_the_cameras_of_a_household_that_has_ended(
    cameras: CameraService, database: SqliteDatabase
) -> None:
    with database.writing() as db:
        add_household(db, 2, HouseholdSettings(name="301호"), NOW)
        end_household(db, 2, NOW + 5.0)
    assert cameras.removals(["거실", "hall.h2"]) == {"hall.h2": NOW + 5.0}


def test_made_up_names_take_no_memory_without_end(last_seen: LastSeen, beat: Beat) -> None:
    for number in range(MAX_CAMERAS + 20):
        beat(f"camera {number}")
    assert len(last_seen.all()) == MAX_CAMERAS
