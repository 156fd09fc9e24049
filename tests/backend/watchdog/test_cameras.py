"""Who was heard of, and how long ago."""

from collections.abc import Callable

from backend.events.line import Record
from backend.watchdog.cameras import FORGOTTEN_AFTER_SEC, Cameras

MakeBeat = Callable[..., Record]
TODAY = 1_800_000_000.0


def test_silence_counts_from_the_look_that_found_the_last_heartbeat(make_beat: MakeBeat) -> None:
    cameras, beat = Cameras({}, 100.0), make_beat(TODAY)
    assert cameras.look({"거실": beat}, 110.0, TODAY)["거실"].silent_sec == 0.0
    assert cameras.look({"거실": beat}, 120.0, TODAY)["거실"].silent_sec == 10.0
    assert cameras.look({"거실": make_beat(TODAY)}, 121.0, TODAY)["거실"].silent_sec == 0.0


def test_heartbeats_that_share_an_id_are_told_apart_by_their_time(make_beat: MakeBeat) -> None:
    cameras = Cameras({"거실": make_beat(event_id="always", ts=1.0)}, 100.0)
    for ts in (2.0, 3.0):
        beat = make_beat(event_id="always", ts=ts)
        assert cameras.look({"거실": beat}, 100.0 + ts, TODAY)["거실"].silent_sec == 0.0
    assert cameras.look({"거실": beat}, 110.0, TODAY)["거실"].silent_sec == 7.0


def test_camera_of_an_earlier_run_gets_time_to_come_back(make_beat: MakeBeat) -> None:
    beat = make_beat(TODAY - 3600)
    cameras = Cameras({"거실": beat}, 100.0)
    camera = cameras.look({"거실": beat}, 105.0, TODAY)["거실"]
    assert (camera.silent_sec, camera.heard) == (5.0, False)
    camera = cameras.look({"거실": make_beat(TODAY)}, 106.0, TODAY)["거실"]
    assert (camera.silent_sec, camera.heard) == (0.0, True)


def test_clock_that_is_set_makes_no_camera_silent(make_beat: MakeBeat) -> None:
    cameras, beat = Cameras({}, 0.0), make_beat(TODAY)
    cameras.look({"거실": beat}, 1.0, TODAY)
    for today in (TODAY - 86_400 * 365, TODAY + 86_400 * 365):
        assert cameras.look({"거실": beat}, 2.0, today)["거실"].silent_sec == 1.0


def test_camera_is_forgotten_after_a_week_in_this_run_or_before_it(make_beat: MakeBeat) -> None:
    beat = make_beat(TODAY)
    cameras = Cameras({}, 0.0)
    cameras.look({"거실": beat}, 0.0, TODAY)
    week = FORGOTTEN_AFTER_SEC
    assert "거실" in cameras.look({"거실": beat}, week, TODAY + week)
    assert cameras.look({"거실": beat}, week + 1, TODAY + week + 1) == {}
    after_restart = Cameras({"거실": beat}, 0.0)
    assert "거실" in after_restart.look({"거실": beat}, 1.0, TODAY + week)
    assert after_restart.look({"거실": beat}, 2.0, TODAY + week + 1) == {}
