"""What a run of many cameras calls a fault."""

import pytest

from benchmarks.many_cameras.report import lines
from benchmarks.many_cameras.running import Measured, Wait
from testkit.simulated_boxes.box import Sent, SentFall


@pytest.fixture
def found() -> Measured:
    """Three falls: two have rung, the second 4 s after its END was first sent."""
    found = Measured(3, 60.0, Sent())
    for number, (room, rang_at) in enumerate((("a", 101.5), ("b", 105.0), ("c", None))):
        found.sent.falls[room] = SentFall(room, 100.0, 100.0 + number, 101.0 + number)
        if rang_at is not None:
            found.rang[room] = rang_at
    return found


def test_control_fall_that_a_server_took_and_no_phone_heard_of_is_lost(found: Measured) -> None:
    assert found.lost == ["c"]
    assert found.faults == ["lost: c"]
    found.sent.falls["c"].recorded_at = None
    assert found.lost == [], "the box has it still"


def test_wait_is_from_the_first_try_to_the_first_message(found: Measured) -> None:
    assert found.waits == [Wait(100.0, 1.5, 1.0), Wait(101.0, 4.0, 1.0)]


def test_report_says_when_which_wait_was_long(found: Measured) -> None:
    assert "slower than 2 s, each with its moment: 4.0 at 11 (taken after 1.0)" in list(
        lines(found, 90.0)
    )


def test_what_is_left_refused_or_doubled_is_a_fault_too(found: Measured) -> None:
    found.rang["c"] = 103.0
    assert found.faults == []
    found.waiting, found.doubled = 7, ["Fall detected"]
    found.sent.refused.append("422")
    assert found.faults == ["doubled: Fall detected", "refused: 422", "7 events never taken"]
