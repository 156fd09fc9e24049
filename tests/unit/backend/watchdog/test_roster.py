"""Who was heard of, and how long ago, whatever the clocks of the house are set to."""

from collections.abc import Callable

import pytest

from backend.cameras.names import MAX_CAMERAS
from backend.events.journal.record import Record
from backend.troubles.subjects import Beat, Camera
from backend.watchdog.beats import beats_of
from backend.watchdog.roster import FORGOTTEN_AFTER_SEC, HOUR_SEC, Cameras

MakeBeat = Callable[..., Record]
TODAY = 1_800_000_000.0
YEAR = 365 * 86_400.0


def only(cameras: Cameras, now: float) -> Camera:
    (camera,) = cameras.look(now, silent_after=40.0).values()
    return camera


def one(record: Record, at: float) -> list[Beat]:
    return beats_of([record], at)


def test_silence_counts_from_the_last_heartbeat(make_beat: MakeBeat) -> None:
    cameras = Cameras([], 0.0, 100.0)
    cameras.note(one(make_beat(TODAY), 110.0))
    assert only(cameras, 110.0).silent_sec == 0.0
    assert only(cameras, 120.0).silent_sec == 10.0
    cameras.note(one(make_beat(TODAY), 121.0))
    assert only(cameras, 121.0).silent_sec == 0.0


def test_camera_of_an_earlier_run_gets_time_to_come_back(make_beat: MakeBeat) -> None:
    cameras = Cameras(one(make_beat(TODAY - 3600), 100.0), TODAY, 100.0)
    camera = only(cameras, 105.0)
    assert (camera.silent_sec, camera.heard, camera.last_heard_sec) == (5.0, False, 3605.0)
    cameras.note(one(make_beat(TODAY), 106.0))
    camera = only(cameras, 106.0)
    assert (camera.silent_sec, camera.heard, camera.last_heard_sec) == (0.0, True, 0.0)


def test_while_nothing_can_be_heard_nobody_is_silent(make_beat: MakeBeat) -> None:
    cameras = Cameras([], 0.0, 0.0)
    cameras.note(one(make_beat(TODAY), 0.0))
    cameras.wait_anew(600.0)
    camera = only(cameras, 605.0)
    assert (camera.silent_sec, camera.heard, camera.last_heard_sec) == (5.0, False, 605.0)


@pytest.mark.parametrize("years", [-50, -1, 1, 50])
def test_clock_that_is_set_makes_no_camera_silent_or_old(make_beat: MakeBeat, years: int) -> None:
    cameras = Cameras([], 0.0, 0.0)
    cameras.note(one(make_beat(TODAY), 1.0))
    cameras.note(one(make_beat(TODAY + years * YEAR), 4.0))
    assert only(cameras, 5.0).last_heard_sec == 1.0


@pytest.mark.parametrize("years", [-50, -1, 1, 50])
def test_clock_that_was_set_between_two_entries_of_the_log_hides_no_silence_after_a_restart(
    make_beat: MakeBeat, years: int
) -> None:
    cameras = Cameras(one(make_beat(TODAY), 0.0), TODAY + years * YEAR, 0.0)
    camera = only(cameras, HOUR_SEC - 1)
    assert (camera.heard, camera.silent_sec) == (False, HOUR_SEC - 1)
    assert camera.last_heard_sec >= HOUR_SEC - 1


def test_camera_is_forgotten_after_a_week(make_beat: MakeBeat) -> None:
    cameras = Cameras([], 0.0, 0.0)
    cameras.note(one(make_beat(TODAY), 0.0))
    assert only(cameras, FORGOTTEN_AFTER_SEC).heard
    assert cameras.look(FORGOTTEN_AFTER_SEC + 1, 40.0) == {}


def test_week_goes_on_over_restarts_by_the_log(make_beat: MakeBeat) -> None:
    six_days = FORGOTTEN_AFTER_SEC - 24 * HOUR_SEC
    cameras = Cameras(one(make_beat(TODAY), 0.0), TODAY + six_days, 0.0)
    assert only(cameras, 24 * HOUR_SEC).silent_sec == 24 * HOUR_SEC
    assert cameras.look(24 * HOUR_SEC + 1, 40.0) == {}
    # However long the log says that it was: it has an hour to come back.
    cameras = Cameras(one(make_beat(TODAY), 0.0), TODAY + YEAR, 0.0)
    assert only(cameras, HOUR_SEC)
    assert cameras.look(HOUR_SEC + 1, 40.0) == {}


def test_names_that_somebody_makes_up_push_out_who_was_silent_longest(make_beat: MakeBeat) -> None:
    cameras = Cameras([], 0.0, 0.0)
    cameras.note(one(make_beat(TODAY), 0.0))
    cameras.note(one(make_beat(TODAY, camera_id="현관"), 0.0))
    for number in range(MAX_CAMERAS + 20):
        cameras.note(one(make_beat(TODAY, camera_id=f"made up {number}"), 1.0))
        cameras.note(one(make_beat(TODAY), 1.0))
    known = cameras.look(2.0, 40.0)
    assert len(known) == MAX_CAMERAS
    assert ("거실" in known, "현관" in known) == (True, False)


def test_names_made_up_in_one_household_push_out_no_other_households_cameras(
    make_beat: MakeBeat,
) -> None:
    cameras = Cameras([], 0.0, 0.0)
    cameras.note(one(make_beat(TODAY), 0.0))
    for number in range(MAX_CAMERAS + 20):
        cameras.note(one(make_beat(TODAY, camera_id=f"made up {number}.h2"), 1.0))
    known = cameras.look(2.0, 40.0)
    assert "거실" in known
    assert len(known) == MAX_CAMERAS + 1


def test_camera_that_was_removed_is_waited_for_once_it_reports_again(make_beat: MakeBeat) -> None:
    cameras = Cameras([], 0.0, 0.0)
    record = make_beat(TODAY)
    name = record.event.camera_id
    cameras.note(one(record, 1.0))
    cameras.forget(lambda _: {name: record.received_at - 1.0})
    assert only(cameras, 2.0).heard
    cameras.forget(lambda _: {name: record.received_at, "another": record.received_at})
    assert cameras.look(2.0, 40.0) == {}
    again = make_beat(TODAY + 2.0)
    cameras.note(one(again, 3.0))
    cameras.forget(lambda _: {name: again.received_at - 1.0})
    assert only(cameras, 4.0).heard


def test_camera_that_only_another_server_has_heard_gets_time_from_then_on(
    make_beat: MakeBeat,
) -> None:
    cameras = Cameras([], TODAY, 100.0)
    cameras.add(one(make_beat(TODAY - 3600), 150.0), 150.0)
    assert (only(cameras, 155.0).silent_sec, only(cameras, 155.0).heard) == (5.0, False)
    cameras.note(one(make_beat(TODAY), 160.0))
    cameras.add(one(make_beat(TODAY - 3600), 170.0), 170.0)
    assert (only(cameras, 170.0).silent_sec, only(cameras, 170.0).heard) == (10.0, True)
