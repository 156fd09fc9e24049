"""From the journal to hours: each line once, whatever happens meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.activity.service import ActivityService
from backend.activity.store import HourShown
from backend.bus import Bus
from backend.events.journal.record import Record
from backend.people.household import HouseholdSettings
from backend.people.service import PeopleService
from backend.people.store import add_household
from backend.storage.database import SqliteDatabase
from testkit.alone import typed
from testkit.clock import Clock

SEOUL = ZoneInfo("Asia/Seoul")
NOW = 1_800_000_000.0  # 2027-01-15 17:00 in Seoul
Write = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "events"
    folder.mkdir()
    return folder


@pytest.fixture
def write(folder: Path) -> Write:
    """Appends heartbeats, three seconds apart from second `first` on, to a file of the journal."""

    def append(number: int, first: int, count: int, camera: str = "hall", **fields: Any) -> None:
        with (folder / f"events-{number:06}-2027-01-15.jsonl").open("ab") as file:
            for index in range(first, first + count):
                file.write(line(index, camera, **fields))

    return append


def line(index: int, camera: str = "hall", **fields: Any) -> bytes:
    said = {"event_type": "HEARTBEAT", "event_id": f"e{index}", "camera_id": camera}
    figures = {"pose_share": 1.0, "motion_share": 1.0, "fps": 10.0}
    ts = NOW + 3 * index
    return Record.of(typed(said | figures | {"ts": ts} | fields), ts + 1).line


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(tmp_path / "database" / "dolbom.sqlite3")) as opened:
        yield opened


@pytest.fixture
def activity(folder: Path, database: SqliteDatabase) -> ActivityService:
    return ActivityService(folder, database, lambda _: SEOUL, Clock(NOW))


def counted(activity: ActivityService, piece_bytes: int = 10_000) -> list[HourShown]:
    while activity.count_piece(piece_bytes):
        pass
    return activity.between(1, 0.0, 9e9)


def test_hours_are_counted_by_camera(activity: ActivityService, write: Write) -> None:
    write(0, 0, 11)
    write(0, 0, 6, camera="거실", motion_share=0.0)
    found = {hour.camera_id: hour for hour in counted(activity)}
    assert (found["hall"].active_sec, found["hall"].stirs) == (30.0, 0)
    assert (found["거실"].still_sec, found["거실"].moved_last_at) == (15.0, None)
    assert found["hall"].began_at == NOW


def test_no_line_is_counted_twice_however_the_pieces_fall(
    activity: ActivityService, write: Write
) -> None:
    write(0, 0, 700)
    write(1, 700, 501)
    assert sum(hour.active_sec for hour in counted(activity, piece_bytes=1_000)) == 3600.0
    assert len(counted(activity)) == 1
    write(1, 1201, 1)
    assert sum(hour.active_sec for hour in counted(activity)) == 3603.0


def test_who_counts_is_told_whether_there_is_more(activity: ActivityService, write: Write) -> None:
    write(0, 0, 11)
    assert activity.count_piece(1_000)
    assert not activity.count_piece(10_000), "what comes every moment waits for the next round"
    write(0, 11, 1)
    write(1, 12, 1)
    assert activity.count_piece(10_000), "there is another file"
    assert not activity.count_piece(10_000)


def test_server_goes_on_where_it_was_killed(
    activity: ActivityService, write: Write, folder: Path, database: SqliteDatabase
) -> None:
    write(0, 0, 51)
    activity.count_piece(2_000)
    again = ActivityService(folder, database, lambda _: SEOUL, Clock(NOW))
    assert sum(hour.active_sec for hour in counted(again)) == 150.0


def test_hours_that_are_missing_are_made_again(
    activity: ActivityService, write: Write, folder: Path, tmp_path: Path
) -> None:
    write(0, 0, 51)
    write(1, 51, 50)
    before = counted(activity)
    with closing(SqliteDatabase(tmp_path / "new" / "dolbom.sqlite3")) as empty:
        assert counted(ActivityService(folder, empty, lambda _: SEOUL, Clock(NOW))) == before


def test_line_that_is_still_written_waits(
    activity: ActivityService, write: Write, folder: Path
) -> None:
    write(0, 0, 2)
    file = folder / "events-000000-2027-01-15.jsonl"
    whole = line(2)
    with file.open("ab") as half:
        half.write(whole[:50])
    assert sum(hour.active_sec for hour in counted(activity)) == 3.0
    with file.open("ab") as rest:
        rest.write(whole[50:])
    assert sum(hour.active_sec for hour in counted(activity)) == 6.0


def test_damaged_line_and_missing_file_are_passed_over(
    activity: ActivityService, write: Write, folder: Path
) -> None:
    write(0, 0, 2)
    with (folder / "events-000000-2027-01-15.jsonl").open("ab") as file:
        file.write(b"no record\n")
    write(0, 2, 1)
    counted(activity)
    write(1, 3, 1)
    (folder / "events-000000-2027-01-15.jsonl").unlink()
    assert sum(hour.active_sec for hour in counted(activity)) == 9.0


def test_erased_span_is_forgotten(activity: ActivityService, write: Write) -> None:
    write(0, 0, 2402)
    write(0, 0, 11, camera="거실")
    assert len(counted(activity)) == 4
    activity.erase(1, "hall", NOW + 1800, NOW + 3600, closed=-1)
    assert [(it.camera_id, it.began_at) for it in activity.between(1, 0.0, 9e9)] == [
        ("거실", NOW), ("hall", NOW + 3600), ("hall", NOW + 7200),
    ]  # fmt: skip
    activity.erase(1, None, 0.0, 9e9, closed=-1)
    assert activity.between(1, 0.0, 9e9) == []


def test_file_that_is_written_anew_is_counted_before_and_not_again(
    activity: ActivityService, write: Write, folder: Path
) -> None:
    write(0, 0, 11)
    write(0, 0, 101, camera="거실")
    activity.erase(1, "거실", 0.0, 9e9, closed=0)
    again = folder / "events-000000-2027-01-15.jsonl"
    again.write_bytes(b"".join(it for it in again.read_bytes().splitlines(True) if b"hall" in it))
    write(1, 11, 1)
    (hour,) = counted(activity)
    assert (hour.camera_id, hour.active_sec) == ("hall", 33.0)


def test_thread_counts_by_itself(
    activity: ActivityService, write: Write, eventually: Callable[..., Any]
) -> None:
    write(0, 0, 11)
    activity.start()
    eventually(lambda: activity.last_moves() == {"hall": NOW + 30})
    activity.stop()


def test_box_whose_clock_began_in_1970_adds_no_more_than_two_weeks(
    write: Write, activity: ActivityService
) -> None:
    write(0, 0, 1, ts=60.0)
    write(0, 0, 2)
    shown = counted(activity)
    assert len(shown) == 14 * 24 + 2
    assert sum(hour.blind_sec for hour in shown) == 14 * 86_400
    assert (shown[-1].active_sec, shown[-1].began_at) == (3.0, NOW)


@pytest.fixture
def two(folder: Path, tmp_path: Path, database: SqliteDatabase) -> tuple[ActivityService, ...]:
    """Two servers that share a database, each with a journal of its own."""
    folders = folder, tmp_path / "other" / "events"
    folders[1].mkdir(parents=True)
    return tuple(
        ActivityService(it, database, lambda _: SEOUL, Clock(NOW), server=server)
        for it, server in zip(folders, ("a", "b"), strict=True)
    )


def hear(folder: Path, *lines: bytes) -> None:
    with (folder / "events-000000-2027-01-15.jsonl").open("ab") as file:
        file.writelines(lines)


def test_camera_that_moves_to_another_server_and_back_has_each_minute_once(
    two: tuple[ActivityService, ...], folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "events"
    for begin, heard_by, service in (
        (0, folder, two[0]),
        (400, other, two[1]),
        (800, folder, two[0]),
    ):
        hear(heard_by, *(line(index) for index in range(begin, begin + 400)))
        counted(service)
    (hour,) = two[1].between(1, 0.0, 9e9)
    assert hour.active_sec == 3 * 1199
    assert (hour.blind_sec, hour.stirs) == (0.0, 0)


def test_beats_that_go_to_two_servers_in_turns_have_each_minute_and_each_step_once(
    two: tuple[ActivityService, ...], folder: Path, tmp_path: Path
) -> None:
    lines = [line(index, walked_sec=1.0) for index in range(101)]
    hear(folder, *lines[::2])
    hear(tmp_path / "other" / "events", *lines[1::2], lines[100])  # the last was sent to both
    counted(two[0])
    (hour,) = counted(two[1])
    assert (hour.active_sec, hour.blind_sec, hour.walked_sec) == (300.0, 0.0, 100.0)


def test_clock_of_a_server_that_is_put_back_stops_no_counting(
    two: tuple[ActivityService, ...], folder: Path
) -> None:
    hear(folder, line(0), line(1), *(line(index, ts=NOW - 9e8 + 3 * index) for index in range(5)))
    assert sum(it.active_sec for it in counted(two[0])) == 3.0 + 4 * 3.0


def test_erasure_of_one_server_leaves_how_far_the_other_has_counted(
    two: tuple[ActivityService, ...], folder: Path, tmp_path: Path
) -> None:
    hear(folder, *(line(index) for index in range(11)))
    hear(tmp_path / "other" / "events", *(line(index, "bath") for index in range(11)))
    for service in two:
        counted(service)
    two[0].erase(1, "hall", 0.0, 9e9, closed=0)
    assert [it.camera_id for it in counted(two[1])] == ["bath"]
    assert counted(two[1])[0].active_sec == 30.0


def test_hours_are_counted_by_the_time_zone_of_the_cameras_household(
    folder: Path, database: SqliteDatabase, write: Write
) -> None:
    people = PeopleService(database, Bus())
    with database.writing() as db:
        add_household(db, 2, HouseholdSettings(name="2", time_zone="Asia/Kathmandu"), 0.0)
    for camera_id in ("hall", "hall.h2"):
        write(0, 0, 11, camera_id)
    activity = ActivityService(folder, database, people.zone, Clock(NOW))
    while activity.count_piece():
        pass
    (here,), (there,) = (activity.between(it, 0.0, 9e9) for it in (1, 2))
    assert (here.camera_id, here.began_at % 3600) == ("hall", 0.0)
    assert (there.camera_id, there.began_at % 3600) == ("hall.h2", 900.0), "UTC+5:45"
