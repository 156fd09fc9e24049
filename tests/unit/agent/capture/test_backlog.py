"""What waits to be looked at: in order, in bounds, and never old."""

import pytest

from agent.capture.backlog import MAX_BYTES, Backlog, Due
from agent.capture.connection import Packet
from agent.capture.stream_clock import ArrivalClock, StampClock
from testkit.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backlog(clock: Clock) -> Backlog:
    return Backlog(clock)


def packet(*, is_key: bool = True, size: int = 1000) -> Packet:
    return Packet(None, is_key, size, lambda _: [])


def taken(backlog: Backlog) -> list[Due]:
    dues = []
    while (due := backlog.take(0.0)) is not None:
        dues.append(due)
    return dues


def fill(backlog: Backlog, clock: Clock, keys: set[int], count: int = 50) -> list[Packet]:
    """Ten packets a second, of which those numbered `keys` are key pictures."""
    stream, packets = ArrivalClock(), [packet(is_key=i in keys) for i in range(count)]
    for each in packets:
        backlog.put(each, stream)
        clock.now += 0.1
    return packets


def test_nothing_comes_out_of_an_empty_backlog(backlog: Backlog) -> None:
    assert backlog.take(0.0) is None


def test_packets_come_out_in_their_order_with_their_times(backlog: Backlog, clock: Clock) -> None:
    packets = fill(backlog, clock, {0}, count=20)
    dues = taken(backlog)
    assert [due.packet for due in dues] == packets
    assert [due.time for due in dues] == pytest.approx([i / 10 for i in range(20)])
    assert all(due.is_shown for due in dues)
    assert backlog.take_skipped() == 0


def test_a_box_that_is_too_slow_goes_on_with_the_newest_key_picture(
    backlog: Backlog, clock: Clock
) -> None:
    packets = fill(backlog, clock, {0, 20, 48})
    dues = taken(backlog)
    assert [due.packet for due in dues] == packets[48:]
    assert backlog.take_skipped() >= 48


def test_without_a_key_picture_the_old_ones_are_decoded_and_not_shown(
    backlog: Backlog, clock: Clock
) -> None:
    packets = fill(backlog, clock, {0})
    dues = taken(backlog)
    assert [due.packet for due in dues] == packets
    shown = [due.packet for due in dues if due.is_shown]
    assert shown == packets[-len(shown) :]
    assert 1 <= len(shown) <= 6
    assert backlog.take_skipped() == 50 - len(shown)
    assert backlog.take_skipped() == 0


def test_a_backlog_is_bounded_and_keeps_the_newest(backlog: Backlog, clock: Clock) -> None:
    stream = ArrivalClock()
    packets = [packet(size=MAX_BYTES // 4) for _ in range(10)]
    for each in packets:
        backlog.put(each, stream)
    clock.now = 1.0
    assert [due.packet for due in taken(backlog)] == packets[-4:]


def test_what_is_left_of_a_connection_that_is_over_waits_for_nothing(
    backlog: Backlog, clock: Clock
) -> None:
    fill(backlog, clock, set(range(50)), count=20)
    old = packet()
    backlog.put(old, ArrivalClock())
    backlog.put(packet(), ArrivalClock())
    assert old in [due.packet for due in taken(backlog)]


def seen_at_the_pace_of(box_fps: float, clock: Clock, backlog: Backlog, segments: int) -> float:
    """The share of the pictures, 30 a second in segments of 6 s, that such a box looks at."""
    stream, shown = StampClock(), 0
    for i in range(180 * segments):
        arrives = 6.0 * (i // 180 + 1)
        while clock.now < arrives:
            due = backlog.take(0.0)
            shown += due is not None and due.is_shown
            clock.now = min(arrives, clock.now + 1.0 / box_fps)
        backlog.put(Packet(i / 30, i % 30 == 0, 1000, lambda _: []), stream)
    return shown / (180 * (segments - 1))


def test_what_a_box_has_time_for_until_the_next_segment_is_not_skipped(
    backlog: Backlog, clock: Clock
) -> None:
    assert seen_at_the_pace_of(33.0, clock, backlog, segments=20) > 0.94


def test_segments_that_a_box_has_no_time_for_are_skipped(backlog: Backlog, clock: Clock) -> None:
    assert seen_at_the_pace_of(20.0, clock, backlog, segments=20) == pytest.approx(0.66, abs=0.1)
    assert backlog.take_skipped() > 0
