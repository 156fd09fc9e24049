"""When pictures happened: of streams that are held back, late, mute, or wrong about their times."""

from collections.abc import Iterable

import numpy as np
import pytest

from agent.capture.stream_clock import Arrival, ArrivalClock, StampClock, StreamClock

FPS = 20


def happened_at(clock: StreamClock, arrivals: Iterable[Arrival]) -> list[float]:
    """What `clock` says of each, by who asks as soon as it is due, and of the rest at the end."""
    waiting: list[Arrival] = []
    told: list[float] = []

    def tell(now: float) -> None:
        while waiting and clock.due(waiting) <= now:
            told.append(clock.happened(waiting))
            waiting.pop(0)

    for arrival in arrivals:
        tell(arrival.at - 1e-9)
        waiting.append(arrival)
        clock.note(arrival)
    tell(float("inf"))
    return told


def held_back(hold_sec: float, count: int = 600) -> list[Arrival]:
    """Pictures that happened evenly from 0 on, came every `hold_sec`, and then at once."""
    together = max(round(hold_sec * FPS), 1)
    arrivals = []
    for number in range(count - count % together):
        begun, place = divmod(number, together)
        came = ((begun + 1) * together - 1) / FPS + place * 5e-5
        arrivals.append(Arrival(came, 100.0 + number / FPS))
    return arrivals


@pytest.mark.parametrize("hold_sec", [0.0, 0.3, 0.6, 1.0, 1.5, 3.0, 4.0, 6.0])
def test_pictures_with_times_that_were_held_back_keep_their_spacing(hold_sec: float) -> None:
    told = happened_at(StampClock(), held_back(hold_sec))
    assert np.diff(told) == pytest.approx(1 / FPS, rel=0.15)
    # The last of a burst came with the least delay, one picture's at most.
    assert told[-1] == pytest.approx((len(told) - 1) / FPS, abs=0.1)


@pytest.mark.parametrize("hold_sec", [0.3, 0.6, 1.0, 1.5, 3.0, 4.0, 6.0])
def test_pictures_without_times_that_came_together_are_spread_over_the_hole(
    hold_sec: float,
) -> None:
    told = happened_at(ArrivalClock(), held_back(hold_sec))
    # By then the usual spacing is known.
    later = [time for time in told if time > 2 * hold_sec + 1.0]
    assert np.diff(later) == pytest.approx(1 / FPS, rel=0.15)
    assert told[-1] == pytest.approx((len(told) - 1) / FPS, abs=0.1)


def test_pictures_without_times_that_come_evenly_happened_when_they_came() -> None:
    arrivals = held_back(0.0, 200)
    assert happened_at(ArrivalClock(), arrivals) == pytest.approx([a.at for a in arrivals])


def test_a_camera_that_gives_no_pictures_for_a_while_leaves_a_hole_and_not_slow_motion() -> None:
    arrivals = [Arrival(i / FPS + (5.0 if i >= 100 else 0.0)) for i in range(200)]
    told = happened_at(ArrivalClock(), arrivals)
    assert told == pytest.approx([arrival.at for arrival in arrivals], abs=1e-6)


@pytest.mark.parametrize("jump_sec", [-4900.0, -3.0, 3600.0])
def test_times_that_jump_neither_stop_the_clock_nor_move_it(jump_sec: float) -> None:
    arrivals = [
        Arrival(i / FPS, 5000.0 + i / FPS + (jump_sec if i >= 200 else 0.0)) for i in range(400)
    ]
    told = happened_at(StampClock(), arrivals)
    assert told == pytest.approx([arrival.at for arrival in arrivals], abs=0.06)


def test_a_connection_that_begins_with_a_burst_has_old_pictures_and_then_new_ones() -> None:
    # A proxy sends two seconds from its last key picture on, and then what comes.
    begins = [Arrival(0.001 * i, i / FPS) for i in range(2 * FPS)]
    goes_on = [Arrival(0.05 * (i + 1), 2.0 + i / FPS) for i in range(100)]
    told = happened_at(StampClock(), begins + goes_on)
    assert told[0] == pytest.approx(-2.0, abs=0.1)
    assert np.diff(told) == pytest.approx(1 / FPS, rel=0.15)


def behind(arrivals: Iterable[Arrival]) -> list[tuple[float, float]]:
    """When the clock said that the stream has fallen behind, and by how much."""
    clock, said = StampClock(), []
    for arrival in arrivals:
        clock.note(arrival)
        if sec := clock.behind_sec():
            said.append((arrival.at, sec))
    return said


@pytest.mark.parametrize("hold_sec", [0.0, 1.0, 4.0, 6.0])
def test_a_stream_that_is_held_back_has_not_fallen_behind(hold_sec: float) -> None:
    assert behind(held_back(hold_sec, 2400)) == []


@pytest.mark.parametrize("late_sec", [1.0, 3.0])
def test_segments_that_are_fetched_late_have_not_fallen_behind(late_sec: float) -> None:
    def arrival(i: int) -> Arrival:
        segment = i // 180
        return Arrival(6.0 * (segment + 1) + (late_sec if segment > 3 else 0.0), i / 30)

    assert behind(arrival(i) for i in range(180 * 50)) == []


def test_segments_that_are_fetched_late_at_first_squeeze_no_picture() -> None:
    late = [4.5] * 3 + [0.0] * 6
    arrivals = [Arrival(6.0 * (i // 180 + 1) + late[i // 180], i / 30) for i in range(180 * 9)]
    told = happened_at(StampClock(), arrivals)
    spacings = np.diff(told)
    assert spacings.min() > 0.75 / 30
    assert spacings.max() < 1.1 / 30
    # What it was wrong by at first becomes less.
    ahead = np.subtract(told, [arrival.at for arrival in arrivals])
    assert ahead.max() > 3.0
    assert ahead[-180:].max() < 0.7


def test_segments_that_come_slower_than_they_happened_have_fallen_behind() -> None:
    late = behind(Arrival(7.0 * (i // 180 + 1), i / 30) for i in range(180 * 50))
    assert late[0][0] < 120.0


def test_a_stream_that_stays_late_has_fallen_behind() -> None:
    late = [Arrival(i / FPS + (3.0 if i >= 200 else 0.0), i / FPS) for i in range(600)]
    (at, seconds), *_ = behind(late)
    assert at == pytest.approx(21.0, abs=0.2)
    assert seconds == pytest.approx(3.0, abs=0.1)


def test_a_camera_that_says_25_and_gives_21_falls_behind_and_one_whose_clock_is_slow_does_not() -> (
    None
):
    wrong = behind(Arrival(i / 21, i / 25) for i in range(21 * 60))
    assert wrong[0][0] < 25.0
    assert behind(Arrival(i / 25 * 1.0005, i / 25) for i in range(25 * 3600)) == []


def test_a_camera_that_says_21_and_gives_25_is_timed_by_arrival() -> None:
    arrivals = [Arrival(i / 25, i / 21) for i in range(25 * 60)]
    told = happened_at(StampClock(), arrivals)
    assert told[50:] == pytest.approx([arrival.at for arrival in arrivals[50:]], abs=0.2)
