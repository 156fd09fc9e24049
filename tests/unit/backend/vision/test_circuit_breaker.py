"""The circuit breaker, on a clock of the test's own."""

import pytest

from backend.vision.circuit_breaker import MAX_FAILURES, OPEN_SEC, CircuitBreaker
from testkit.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(100.0)


@pytest.fixture
def opened(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock)
    for _ in range(MAX_FAILURES):
        assert breaker.wait() == 0
        breaker.failed()
    return breaker


def test_failures_that_do_not_follow_each_other_mean_nothing(clock: Clock) -> None:
    breaker = CircuitBreaker(clock)
    for number in range(20):
        assert breaker.wait() == 0
        breaker.succeeded() if number % MAX_FAILURES == 0 else breaker.failed()


def test_nobody_asks_while_it_is_open(opened: CircuitBreaker, clock: Clock) -> None:
    assert opened.wait() == OPEN_SEC
    clock.now += OPEN_SEC - 0.5
    assert opened.wait() == 1


def test_one_may_try_and_the_others_wait(opened: CircuitBreaker, clock: Clock) -> None:
    clock.now += OPEN_SEC
    assert opened.wait() == 0
    assert opened.wait() == OPEN_SEC


def test_trial_that_succeeds_closes_it(opened: CircuitBreaker, clock: Clock) -> None:
    clock.now += OPEN_SEC
    assert opened.wait() == 0
    opened.succeeded()
    assert [opened.wait() for _ in range(10)] == [0] * 10


def test_trial_that_fails_opens_it_again(opened: CircuitBreaker, clock: Clock) -> None:
    clock.now += OPEN_SEC
    assert opened.wait() == 0
    clock.now += 1
    opened.failed()
    assert opened.wait() == OPEN_SEC


def test_trial_that_is_never_reported_is_followed_by_another(
    opened: CircuitBreaker, clock: Clock
) -> None:
    clock.now += OPEN_SEC
    assert opened.wait() == 0
    clock.now += OPEN_SEC
    assert opened.wait() == 0
