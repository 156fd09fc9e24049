"""The figures of a heartbeat."""

import pytest

from agent.event_factory import HeartbeatFigures
from agent.heartbeat_counter import HeartbeatCounter


@pytest.fixture
def heartbeat() -> HeartbeatCounter:
    return HeartbeatCounter(every_sec=3.0)


def beat(heartbeat: HeartbeatCounter, now: float, frame_age_sec: float = 0.0) -> HeartbeatFigures:
    return heartbeat.beat(now, frame_age_sec, "local", outbox_length=0, outbox_failure=None)


def test_beat_is_due_every_three_seconds(heartbeat: HeartbeatCounter) -> None:
    assert not heartbeat.is_due(2.99)
    assert heartbeat.is_due(3.0)
    beat(heartbeat, 3.0)
    assert not heartbeat.is_due(5.99)
    assert heartbeat.is_due(6.0)


def test_figures_are_those_since_the_last_beat(heartbeat: HeartbeatCounter) -> None:
    for number in range(90):
        heartbeat.count(number / 30, found=number % 3 == 0, moved=number % 2 == 0)
    figures = heartbeat.beat(
        3.0, 0.0333, "remote", outbox_length=7, outbox_failure="held in memory: full"
    )
    assert (figures.fps, figures.pose_share, figures.frame_age_sec) == (30.0, 0.333, 0.033)
    assert (figures.motion_share, figures.missed_sec) == (0.5, 0.0)
    assert (figures.outbox_length, figures.inference) == (7, "remote")
    assert figures.outbox_failure == "held in memory: full"
    for number in range(45):
        heartbeat.count(3.0 + number / 15, found=True, moved=False)
    figures = beat(heartbeat, 6.0)
    assert (figures.fps, figures.pose_share, figures.motion_share) == (15.0, 1.0, 0.0)


def test_camera_that_shows_nothing_has_a_rate_of_zero_and_no_age(
    heartbeat: HeartbeatCounter,
) -> None:
    figures = beat(heartbeat, 3.0, frame_age_sec=float("inf"))
    assert (figures.fps, figures.pose_share, figures.frame_age_sec) == (0.0, 0.0, None)


def missed(heartbeat: HeartbeatCounter, times: list[float], beats: list[float]) -> list[float]:
    """What each heartbeat says was missed, of pictures that show these times."""
    told, pending = [], sorted(times, reverse=True)
    for now in beats:
        while pending and pending[-1] <= now:
            heartbeat.count(pending.pop(), found=False, moved=False)
        told.append(beat(heartbeat, now).missed_sec)
    return told


def test_hole_counts_once_it_has_ended_and_as_a_whole(heartbeat: HeartbeatCounter) -> None:
    times = [0.0, 0.5, 1.5, 4.0, 4.2, 11.2]
    assert missed(heartbeat, times, [3.0, 6.0, 9.0, 12.0, 15.0]) == [0.0, 2.5, 0.0, 7.0, 0.0]


def test_pictures_that_come_in_bursts_leave_no_hole(heartbeat: HeartbeatCounter) -> None:
    """Six seconds at once, late, but each with the time that it shows."""
    for burst in range(3):
        for number in range(60):
            heartbeat.count(burst * 6.0 + number / 10, found=False, moved=False)
        assert beat(heartbeat, burst * 6.0 + 9.0).missed_sec == 0.0
        assert beat(heartbeat, burst * 6.0 + 12.0).missed_sec == 0.0


def test_stream_whose_times_jump_back_has_no_hole(heartbeat: HeartbeatCounter) -> None:
    assert missed(heartbeat, [0.0, 0.1], [1.0]) == [0.0]
    heartbeat.count(-400.0, found=False, moved=False)
    heartbeat.count(-399.9, found=False, moved=False)
    assert beat(heartbeat, 4.0).missed_sec == 0.0
