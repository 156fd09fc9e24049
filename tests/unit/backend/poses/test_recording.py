"""Which poses belong to an incident, and when they are written."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.poses.frame import PoseFrame
from backend.poses.recording import (
    AFTER_SEC,
    BEFORE_SEC,
    LATE_SEC,
    MOST_FRAMES,
    WRITE_SEC,
    Recording,
    centre_of,
)

MakeFrame = Callable[..., PoseFrame]


@pytest.fixture
def recording() -> Recording:
    """Of an incident at 1000 by the camera box's clock, known to the server at its 50."""
    return Recording("i", "hall", centre=1000.0, began_at=50.0)


def test_poses_from_ten_seconds_before_to_twenty_after_belong_to_it(
    recording: Recording, make_frame: MakeFrame
) -> None:
    for at in (989.9, 990.0, 1000.0, 1020.0, 1020.1):
        recording.add(make_frame(at))
    assert [frame.at for frame in recording.frames] == [990.0, 1000.0, 1020.0]


def test_it_is_over_once_later_poses_come_or_none_do(
    recording: Recording, make_frame: MakeFrame
) -> None:
    recording.add(make_frame(1000.0 + AFTER_SEC))
    assert not recording.is_over(50.0)
    assert not recording.is_over(50.0 + AFTER_SEC)
    assert recording.is_over(50.0 + AFTER_SEC + LATE_SEC)
    recording.tried(50.0)
    recording.add(make_frame(1000.0 + AFTER_SEC + 0.1))
    assert recording.is_over(50.0)
    assert recording.write_at == 0.0


def test_it_is_written_at_once_then_every_few_seconds_and_at_its_end(recording: Recording) -> None:
    written, now = [], 50.0
    while not recording.is_over(now):
        now = max(now, recording.write_at)
        written.append(now - 50.0)
        recording.tried(now)
    assert written == [0.0, 5.0, 10.0, 15.0, 20.0, AFTER_SEC + LATE_SEC]
    recording.tried(now)
    assert recording.write_at == now + WRITE_SEC  # should the disk refuse


def test_frames_are_bounded_whatever_is_sent(recording: Recording, make_frame: MakeFrame) -> None:
    for number in range(2 * MOST_FRAMES):
        recording.add(make_frame(1000.0 + number / 1000))
    assert len(recording.frames) == MOST_FRAMES


@pytest.mark.parametrize(
    ("label", "fields", "centre"),
    [
        ("fall", {}, 1000.0),
        ("lying", {"duration_sec": 2.0}, 998.0),
        ("still_down", {"duration_sec": 15.0}, 1000.0),
        ("on_floor", {"duration_sec": 300.0}, 1000.0),
    ],
)
def test_poses_are_kept_around_the_beginning_or_when_it_was_noticed(
    make_incident: Callable[..., Any], label: str, fields: dict[str, float], centre: float
) -> None:
    assert centre_of(make_incident(1000.0, label, **fields)) == centre


def test_what_is_kept_is_in_the_order_of_time(recording: Recording, make_frame: MakeFrame) -> None:
    for at in (1000.0, 1000.2, 1000.1):
        recording.add(make_frame(at))
    kept = recording.kept(is_partial=True)
    assert [frame.at for frame in kept.frames] == [1000.0, 1000.1, 1000.2]
    assert BEFORE_SEC > 0
    assert kept.is_partial
