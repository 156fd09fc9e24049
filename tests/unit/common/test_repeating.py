"""Rounds that go on, whatever becomes of one."""

import threading

import pytest

from common.repeating import Repeating

WAIT_SEC = 5.0


def test_a_round_that_fails_is_logged_once_and_the_next_ones_follow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rounds: list[int] = []
    seen = threading.Event()

    def do_round() -> None:
        rounds.append(len(rounds))
        if len(rounds) in (1, 2, 4):
            raise OSError("no disk")
        if len(rounds) == 5:
            seen.set()

    repeating = Repeating("rounds", do_round, 0.001, "a round failed")
    repeating.start()
    assert seen.wait(WAIT_SEC)
    repeating.stop()
    assert not repeating.is_running
    assert repeating.failure is None
    assert caplog.text.count("a round failed") == 2


def test_a_round_may_say_when_the_next_one_is() -> None:
    seen = threading.Event()
    left = iter([0.0, 0.0, 0.0])

    def do_round() -> float | None:
        pause = next(left, None)
        if pause is None:
            seen.set()
        return pause

    repeating = Repeating("rounds", do_round, 3600.0, "a round failed")
    repeating.start()
    assert seen.wait(WAIT_SEC)
    repeating.stop()
    assert not repeating.is_running


def test_a_wait_ends_when_somebody_wakes_it_and_a_round_hears_that_it_is_to_end() -> None:
    begun, heard = threading.Semaphore(0), threading.Event()

    def do_round() -> None:
        begun.release()
        if is_long and repeating.stops_within(WAIT_SEC):
            heard.set()

    is_long = False
    repeating = Repeating("rounds", do_round, 3600.0, "a round failed")
    repeating.start()
    assert begun.acquire(timeout=WAIT_SEC)
    is_long = True
    repeating.wake()
    assert begun.acquire(timeout=WAIT_SEC)
    repeating.stop()
    assert heard.is_set()
    assert not repeating.is_running
