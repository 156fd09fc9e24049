import pytest

from modeling.perception.frames.frame_times import JUMP_SEC, MOST_STEP_SEC, FrameTimes

DAY = 86400.0


def follow(*stamps, interval=0.04):
    times = FrameTimes(interval)
    return [pytest.approx(times.after(stamp)) for stamp in stamps], times.jump


def test_stamps_that_go_forward_are_the_times():
    assert follow(0.0, 0.04, 0.1, 9.0) == ([0.0, 0.04, 0.1, 9.0], None)


def test_hole_of_some_seconds_is_kept():
    assert follow(0.0, MOST_STEP_SEC) == ([0.0, MOST_STEP_SEC], None)


@pytest.mark.parametrize("jump", [1.1 * DAY, 60.0, -400.0, -2.0])
def test_jump_is_cut_to_two_seconds_and_time_goes_on_from_there(jump):
    times, said = follow(500.0, 500.04, 500.08 + jump, 500.12 + jump)
    assert times == [0.0, 0.04, 0.04 + JUMP_SEC, 0.08 + JUMP_SEC]
    assert said == pytest.approx(0.04 + jump)


def test_first_jump_is_the_one_that_is_reported():
    assert follow(0.0, 100.0, 400.0)[1] == 100.0


@pytest.mark.parametrize(
    ("stamps", "times"),
    [
        ((0.0, 0.0, 0.0, 0.0), [0.0, 0.04, 0.08, 0.12]),
        ((0.0, 0.2, 0.16, 0.24), [0.0, 0.2, 0.24, 0.28]),
        ((0.0, 0.0, 0.5), [0.0, 0.04, 0.5]),
    ],
)
def test_stamps_that_stand_still_or_waver_give_times_that_increase(stamps, times):
    assert follow(*stamps) == (times, None)


@pytest.mark.parametrize("start", [-5.0, 95443.0, 1.7e9])
def test_file_begins_at_zero_whatever_its_first_stamp_says(start):
    assert follow(start, start + 0.5) == ([0.0, 0.5], None)


def test_pictures_that_there_was_time_for_are_counted():
    times, stamp = FrameTimes(0.04), 0.0
    for step in [0.04] * 50 + [0.16, 0.065, 0.04, 400.0, 0.08] + [0.04] * 50:
        stamp += step
        times.after(stamp)
    assert times.skipped == 3 + 1


def test_uneven_pictures_miss_none():
    times = FrameTimes(0.04)
    for number in range(50):
        times.after(number * (0.04 if number % 3 else 0.06))
    assert times.skipped == 0
