"""Which minutes are kept though nothing happened."""

from collections.abc import Callable

import pytest

from backend.poses.frame import PoseFrame
from backend.poses.ordinary import DAY_SEC, HELD_SEC, MINUTE_SEC, OrdinaryMinutes
from backend.poses.replay_file import Kept

MakeFrame = Callable[..., PoseFrame]
PART = DAY_SEC / 4
BEGIN = 1000 * DAY_SEC
"""When a day begins, and its first part."""


@pytest.fixture
def minutes() -> OrdinaryMinutes:
    return OrdinaryMinutes(4)


def see(
    minutes: OrdinaryMinutes,
    make_frame: MakeFrame,
    begin: float,
    seconds: float = MINUTE_SEC + HELD_SEC + 1,
    camera_id: str = "hall",
) -> list[Kept]:
    """What is kept of poses that come five a second from `begin` on."""
    frames = (make_frame(begin + tick / 5, camera_id) for tick in range(round(seconds * 5)))
    return [kept for frame in frames if (kept := minutes.add(frame))]


def test_a_minute_of_each_part_of_the_day_is_kept(
    minutes: OrdinaryMinutes, make_frame: MakeFrame
) -> None:
    (kept,) = see(minutes, make_frame, BEGIN, 1000)
    assert len(kept.frames) == 300
    assert [kept.frames[0].at, kept.frames[-1].at] == [BEGIN, BEGIN + 59.8]
    assert len(see(minutes, make_frame, BEGIN + PART)) == 1
    assert len(see(minutes, make_frame, BEGIN, camera_id="kitchen")) == 1


def test_none_is_kept_where_none_is_wanted(make_frame: MakeFrame) -> None:
    assert see(OrdinaryMinutes(0), make_frame, BEGIN, 1000) == []


def test_after_a_restart_a_part_that_has_one_gets_no_other(
    minutes: OrdinaryMinutes, make_frame: MakeFrame
) -> None:
    (kept,) = see(minutes, make_frame, BEGIN)
    later = OrdinaryMinutes(4, [kept.incident_id])
    assert see(later, make_frame, BEGIN + 3600) == []
    assert len(see(later, make_frame, BEGIN + PART)) == 1


@pytest.mark.parametrize(("at", "is_kept"), [(-21, True), (-15, False), (30, False), (69, False)])
def test_what_is_around_an_incident_is_not_ordinary(
    minutes: OrdinaryMinutes, make_frame: MakeFrame, at: float, is_kept: bool
) -> None:
    see(minutes, make_frame, BEGIN, MINUTE_SEC + 5)
    minutes.interrupt("hall", BEGIN + at)
    assert bool(see(minutes, make_frame, BEGIN + MINUTE_SEC + 5, HELD_SEC)) == is_kept


def test_after_an_incident_it_takes_a_while_until_all_is_ordinary(
    minutes: OrdinaryMinutes, make_frame: MakeFrame
) -> None:
    minutes.interrupt("hall", BEGIN + 10)
    (kept,) = see(minutes, make_frame, BEGIN, 200)
    assert kept.frames[0].at == BEGIN + 30


def test_of_hardly_anybody_nothing_is_kept(minutes: OrdinaryMinutes, make_frame: MakeFrame) -> None:
    assert see(minutes, make_frame, BEGIN, 5) == []
    assert see(minutes, make_frame, BEGIN + 500, 5) == []


def test_what_is_to_be_forgotten_is_not_kept(
    minutes: OrdinaryMinutes, make_frame: MakeFrame
) -> None:
    see(minutes, make_frame, BEGIN, MINUTE_SEC)
    minutes.forget("kitchen".__eq__, BEGIN, BEGIN + 1)
    minutes.forget("hall".__eq__, BEGIN + 59, BEGIN + 100)
    assert see(minutes, make_frame, BEGIN + MINUTE_SEC, HELD_SEC + 1) == []
