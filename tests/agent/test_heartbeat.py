"""The figures of a heartbeat."""

import pytest

from agent.heartbeat import Heartbeat


@pytest.fixture
def heartbeat() -> Heartbeat:
    return Heartbeat(every_sec=3.0)


def test_beat_is_due_every_three_seconds(heartbeat: Heartbeat) -> None:
    assert not heartbeat.is_due(2.99)
    assert heartbeat.is_due(3.0)
    heartbeat.beat(3.0, 0.0, 0, "local")
    assert not heartbeat.is_due(5.99)
    assert heartbeat.is_due(6.0)


def test_figures_are_those_since_the_last_beat(heartbeat: Heartbeat) -> None:
    for number in range(90):
        heartbeat.count(found=number % 3 == 0)
    vitals = heartbeat.beat(3.0, 0.0333, 7, "remote")
    assert (vitals.fps, vitals.pose_share, vitals.frame_age_sec) == (30.0, 0.333, 0.033)
    assert (vitals.outbox_length, vitals.inference) == (7, "remote")
    for _ in range(45):
        heartbeat.count(found=True)
    vitals = heartbeat.beat(6.0, 0.0, 0, "remote")
    assert (vitals.fps, vitals.pose_share) == (15.0, 1.0)


def test_camera_that_shows_nothing_has_a_rate_of_zero_and_no_age(heartbeat: Heartbeat) -> None:
    vitals = heartbeat.beat(3.0, float("inf"), 0, "none")
    assert (vitals.fps, vitals.pose_share, vitals.frame_age_sec) == (0.0, 0.0, None)
