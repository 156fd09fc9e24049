"""The clock that nobody sets."""

from common.clock import SteadyClock
from testkit.clock import Clock


def test_steady_clock_begins_with_the_wall_clock_and_counts_whatever_becomes_of_that() -> None:
    wall, steady = Clock(1_800_000_000.0), Clock(50.0)
    clock = SteadyClock(wall, steady)
    assert clock() == 1_800_000_000.0
    wall.now = 0.0
    steady.sleep(2.5)
    assert clock() == 1_800_000_002.5
