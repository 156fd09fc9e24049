"""Poses go to other servers while somebody listens there, and no more than they need."""

from collections.abc import Callable

import pytest

from backend.bus import Bus
from backend.cameras.names import household_named
from backend.poses.frame import PoseFrame, PosesSeen
from backend.poses.messages import PosesPassedOn, PosesWanted
from backend.poses.passing_on import LISTENED_SEC, PassingOn
from testkit.clock import Clock

MakeFrame = Callable[..., PoseFrame]


@pytest.fixture
def clock() -> Clock:
    return Clock(100.0)


@pytest.fixture
def passed(clock: Clock) -> tuple[Bus, list[PosesPassedOn]]:
    bus, passed = Bus(), list[PosesPassedOn]()
    PassingOn(bus, household_named, clock)
    bus.subscribe(PosesPassedOn, passed.append)
    return bus, passed


def test_poses_are_passed_on_of_the_cameras_that_are_wanted_for_a_while(
    passed: tuple[Bus, list[PosesPassedOn]], clock: Clock, make_frame: MakeFrame
) -> None:
    bus, found = passed
    bus.publish(PosesSeen(make_frame(1.0)))
    bus.publish(PosesWanted(1, "hall"))  # somebody who listens here needs nobody to pass on
    bus.publish(PosesSeen(make_frame(2.0)))
    bus.hear(PosesWanted(1, "hall"))
    bus.publish(PosesSeen(make_frame(3.0, camera_id="bath")))
    bus.publish(PosesSeen(make_frame(4.0)))
    clock.now += LISTENED_SEC
    bus.publish(PosesSeen(make_frame(5.0)))
    assert [it.poses.at for it in found] == [4.0]


def test_they_are_passed_on_five_times_a_second_at_most(
    passed: tuple[Bus, list[PosesPassedOn]], clock: Clock, make_frame: MakeFrame
) -> None:
    bus, found = passed
    bus.hear(PosesWanted(1, None))
    for number in range(20):
        bus.publish(PosesSeen(make_frame(number / 10)))
        bus.publish(PosesSeen(make_frame(number / 10, camera_id="bath")))
        clock.now += 0.125
    assert [it.poses.camera_id for it in found].count("hall") == 10
    assert len(found) == 20


def test_who_listens_in_another_household_is_passed_nothing(
    passed: tuple[Bus, list[PosesPassedOn]], make_frame: MakeFrame
) -> None:
    bus, found = passed
    bus.hear(PosesWanted(2, None))
    bus.publish(PosesSeen(make_frame(1.0)))
    bus.publish(PosesSeen(make_frame(2.0, camera_id="hall.h2")))
    assert [it.poses.camera_id for it in found] == ["hall.h2"]
