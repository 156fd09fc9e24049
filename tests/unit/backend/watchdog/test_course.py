"""How much of a time a condition held."""

import pytest

from backend.watchdog.course import Course


def course(*looks: tuple[float, bool | None], within: float = 20.0) -> Course:
    made = Course(within)
    for now, holds in looks:
        made.look(holds, now)
    return made


def test_what_was_found_goes_on_until_the_next_look() -> None:
    looked = course((100.0, True), (103.0, False), (110.0, True), (111.0, True))
    assert (looked.held_sec, looked.began, looked.holds) == (4.0, 100.0, True)


def test_only_the_last_seconds_count() -> None:
    assert course((0.0, True), (15.0, False), (25.0, False)).held_sec == pytest.approx(10.0)
    gone = course((0.0, True), (15.0, False), (35.0, False))
    assert (gone.held_sec, gone.is_forgotten) == (0.0, True)
    gone.look(True, 40.0)
    assert gone.began == 40.0


def test_time_in_which_nothing_is_known_does_not_pass() -> None:
    looked = course((0.0, True), (5.0, None), (500.0, True), (502.0, None))
    assert (looked.held_sec, looked.began, looked.holds) == (7.0, 0.0, None)


def test_it_is_gone_at_a_stretch_alone() -> None:
    assert course((0.0, True), (1.0, False), (9.0, False)).gone_sec == 8.0
    assert course((0.0, False), (9.0, True), (10.0, False), (13.0, False)).gone_sec == 3.0
    assert course((0.0, False), (9.0, None), (10.0, False), (13.0, False)).gone_sec == 3.0


def test_what_it_had_held_before_it_was_found_counts() -> None:
    made = Course(20.0)
    made.look(True, 100.0, held_before=12.0)
    made.look(True, 101.0, held_before=13.0)
    assert (made.held_sec, made.began) == (13.0, 88.0)


def test_a_thousand_changes_leave_no_more_than_count() -> None:
    made = Course(1.0)
    for number in range(1000):
        made.look(number % 3 == 0, number * 0.1)
    assert len(made._stretches) <= 11
    assert made.held_sec == pytest.approx(0.3, abs=0.11)
