"""The figures of a heartbeat."""

import pytest

from agent.events import Vitals
from agent.heartbeat import Heartbeat


@pytest.fixture
def heartbeat() -> Heartbeat:
    return Heartbeat(every_sec=3.0)


def beat(heartbeat: Heartbeat, now: float, frame_age_sec: float = 0.0) -> Vitals:
    return heartbeat.beat(now, frame_age_sec, "local", outbox_length=0, outbox_failure=None)


def test_beat_is_due_every_three_seconds(heartbeat: Heartbeat) -> None:
    assert not heartbeat.is_due(2.99)
    assert heartbeat.is_due(3.0)
    beat(heartbeat, 3.0)
    assert not heartbeat.is_due(5.99)
    assert heartbeat.is_due(6.0)


def test_figures_are_those_since_the_last_beat(heartbeat: Heartbeat) -> None:
    for number in range(90):
        heartbeat.count(found=number % 3 == 0)
    vitals = heartbeat.beat(
        3.0, 0.0333, "remote", outbox_length=7, outbox_failure="held in memory: full"
    )
    assert (vitals.fps, vitals.pose_share, vitals.frame_age_sec) == (30.0, 0.333, 0.033)
    assert (vitals.outbox_length, vitals.inference) == (7, "remote")
    assert vitals.outbox_failure == "held in memory: full"
    for _ in range(45):
        heartbeat.count(found=True)
    vitals = beat(heartbeat, 6.0)
    assert (vitals.fps, vitals.pose_share) == (15.0, 1.0)


def test_camera_that_shows_nothing_has_a_rate_of_zero_and_no_age(heartbeat: Heartbeat) -> None:
    vitals = beat(heartbeat, 3.0, frame_age_sec=float("inf"))
    assert (vitals.fps, vitals.pose_share, vitals.frame_age_sec) == (0.0, 0.0, None)
