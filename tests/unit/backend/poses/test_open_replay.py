"""Which poses belong to an incident, and when they are written."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.poses.frame import PoseFrame
from backend.poses.open_replay import (
    AFTER_SEC,
    BEFORE_SEC,
    LATE_SEC,
    MOST_FRAMES,
    WRITE_SEC,
    OpenReplay,
    centre_of,
)

MakeFrame = Callable[..., PoseFrame]


@pytest.fixture
def replay() -> OpenReplay:
    """Of an incident at 1000 by the camera box's clock, known to the server at its 50."""
    return OpenReplay("i", "hall", centre=1000.0, began_at=50.0)


def test_poses_from_ten_seconds_before_to_twenty_after_belong_to_it(
    replay: OpenReplay, make_frame: MakeFrame
) -> None:
    for at in (989.9, 990.0, 1000.0, 1020.0, 1020.1):
        replay.add(make_frame(at))
    assert [frame.at for frame in replay.frames] == [990.0, 1000.0, 1020.0]


def test_it_is_over_once_later_poses_come_or_none_do(
    replay: OpenReplay, make_frame: MakeFrame
) -> None:
    replay.add(make_frame(1000.0 + AFTER_SEC))
    assert not replay.is_over(50.0)
    assert not replay.is_over(50.0 + AFTER_SEC)
    assert replay.is_over(50.0 + AFTER_SEC + LATE_SEC)
    replay.tried(50.0)
    replay.add(make_frame(1000.0 + AFTER_SEC + 0.1))
    assert replay.is_over(50.0)
    assert replay.write_at == 0.0


def test_it_is_written_at_once_then_every_few_seconds_and_at_its_end(replay: OpenReplay) -> None:
    written, now = [], 50.0
    while not replay.is_over(now):
        now = max(now, replay.write_at)
        written.append(now - 50.0)
        replay.tried(now)
    assert written == [0.0, 5.0, 10.0, 15.0, 20.0, AFTER_SEC + LATE_SEC]
    replay.tried(now)
    assert replay.write_at == now + WRITE_SEC  # should the disk refuse


def test_frames_are_bounded_whatever_is_sent(replay: OpenReplay, make_frame: MakeFrame) -> None:
    for number in range(2 * MOST_FRAMES):
        replay.add(make_frame(1000.0 + number / 1000))
    assert len(replay.frames) == MOST_FRAMES


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


def test_what_is_kept_is_in_the_order_of_time(replay: OpenReplay, make_frame: MakeFrame) -> None:
    for at in (1000.0, 1000.2, 1000.1):
        replay.add(make_frame(at))
    kept = replay.kept(is_partial=True)
    assert [frame.at for frame in kept.frames] == [1000.0, 1000.1, 1000.2]
    assert BEFORE_SEC > 0
    assert kept.is_partial
