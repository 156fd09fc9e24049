"""What a camera box says of simulated minutes, and what the server counts of it."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from backend.activity.course import Seconds
from backend.activity.service import count
from backend.events.journal.record import Record
from backend.sample.alarms import DAY_SEC
from backend.sample.cameras import Camera, View
from backend.sample.events import day_of
from backend.sample.minutes import A_DAY, AN_HOUR, Doing, Minutes
from backend.sample.plan import ZONE, Plan, SampleWanted, plan_of
from contract.events import Event, Heartbeat, Probs


@cache
def planned(seed: int = 1) -> Plan:
    return plan_of(SampleWanted(last=date(2026, 11, 22), days=10, cameras=2, seed=seed))


def minutes_of(number: int) -> Minutes:
    return planned().life.minutes.part(number * A_DAY, (number + 1) * A_DAY)


def said(camera: Camera, number: int, seed: int = 1) -> list[Event]:
    midnight = planned().began + number * DAY_SEC
    return list(day_of(camera, minutes_of(number), number, midnight, seed))


def counted(events: list[Event]) -> Seconds:
    """What the server makes of it."""
    records = [Record.of(event, event.ts + 0.1) for event in events]
    zones = {event.camera_id: ZONE for event in events}
    hours, _ = count(records, {}, zones, server="")
    return sum((hour.seconds for hour in hours.values()), Seconds())


@pytest.mark.parametrize("number", [0, 7])
def test_server_counts_what_the_person_did(number: int) -> None:
    for camera in planned().cameras:
        minutes, found = minutes_of(number), counted(said(camera, number))
        here = minutes.room == camera.room
        for what, seconds in (
            (Doing.ACTIVE, found.active),
            (Doing.STILL, found.still),
            (Doing.LYING, found.lying),
        ):
            lived = 60.0 * np.count_nonzero(here & (minutes.doing == what))
            assert seconds == pytest.approx(lived, rel=0.12, abs=600.0)
        assert found.blind == 0.0


def test_what_was_walked_is_in_the_heartbeats() -> None:
    camera, minutes = planned().cameras[1], minutes_of(1)
    beats = [event for event in said(camera, 1) if isinstance(event, Heartbeat)]
    here = camera.sees(planned().life.minutes.room)[A_DAY : 2 * A_DAY]
    walked = minutes.walked_sec[here].sum(), minutes.walked_lengths[here].sum()
    assert sum(beat.walked_sec or 0.0 for beat in beats) == pytest.approx(walked[0], rel=0.01)
    assert sum(beat.walked_lengths or 0.0 for beat in beats) == pytest.approx(walked[1], rel=0.01)
    assert sum(beat.rises or 0 for beat in beats) == minutes.rises[here].sum()


def test_heartbeats_leave_no_silence_and_scores_come_only_of_who_lies() -> None:
    events = said(planned().cameras[0], 0)
    beats = [event.ts for event in events if isinstance(event, Heartbeat)]
    assert max(np.diff(beats)) < 35.0
    assert {event.state for event in events if isinstance(event, Probs)} == {"lying"}


def test_camera_without_power_says_nothing_and_one_in_the_dark_says_so() -> None:
    story, camera = planned().story, planned().cameras[1]
    away = (story.away.first - story.days.first).days
    assert said(camera, away) == []
    dark = (story.dark_nights.first - story.days.first).days
    pictures = [event.picture for event in said(camera, dark) if isinstance(event, Heartbeat)]
    assert pictures.count("dark") == 2 * AN_HOUR
    assert np.count_nonzero(camera.views == View.AWAY) == 2 * A_DAY


def test_same_seed_says_the_same() -> None:
    camera = planned().cameras[0]
    assert said(camera, 0) == said(camera, 0)
    assert said(camera, 0) != said(camera, 0, seed=2)
