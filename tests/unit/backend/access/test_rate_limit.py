"""The token bucket."""

import pytest

from backend.access import rate_limit
from backend.access.rate_limit import BURST_SEC, RequestLimiter
from testkit.clock import Clock


def let_in(limiter: RequestLimiter, client: str, requests: int) -> int:
    return sum(limiter.take(client) == 0 for _ in range(requests))


def test_idle_client_may_send_a_burst_and_then_its_rate() -> None:
    clock = Clock(1000.0)
    limiter = RequestLimiter(500, clock)
    assert let_in(limiter, "a", 10_000) == pytest.approx(500 * BURST_SEC, abs=1)
    for _ in range(3):
        clock.now += 1.0
        assert let_in(limiter, "a", 10_000) == pytest.approx(500, abs=1)
    clock.now += 3600.0
    assert let_in(limiter, "a", 10_000) == pytest.approx(500 * BURST_SEC, abs=1)


def test_wait_is_as_long_as_it_says() -> None:
    clock = Clock(1000.0)
    limiter = RequestLimiter(10, clock)
    let_in(limiter, "a", 1000)
    wait = limiter.take("a")
    assert 0 < wait <= 0.1 + 1e-9
    clock.now += wait - 0.01
    assert limiter.take("a") > 0
    clock.now += 0.011
    assert limiter.take("a") == 0


def test_what_costs_more_than_there_is_makes_the_next_wait_the_longer() -> None:
    clock = Clock(1000.0)
    limiter = RequestLimiter(10, clock, burst_sec=60.0)
    assert limiter.take("a", 1000) == 0
    assert limiter.take("a") == pytest.approx(1000 / 10 - 60 + 0.1)
    clock.now += 40.2
    assert limiter.take("a") == 0


def test_one_client_costs_another_nothing() -> None:
    limiter = RequestLimiter(10, Clock(1000.0))
    let_in(limiter, "a", 1000)
    assert limiter.take("b") == 0


def test_eight_cameras_of_one_address_with_a_backlog_never_hit_the_default() -> None:
    clock = Clock(1000.0)
    limiter = RequestLimiter(500, clock)
    for _ in range(3600):
        # Each second: ten analyses a camera, four incidents, and a full drain of 5000 events.
        assert let_in(limiter, "home", 8 * 14 + 50) == 162
        clock.now += 1.0


def test_memory_is_bounded_and_the_one_unheard_of_longest_is_forgotten() -> None:
    tight = RequestLimiter(1, Clock(1000.0))
    let_in(tight, "old", 1000)
    for number in range(rate_limit.MAX_CLIENTS + 100):
        tight.take(f"client-{number}")
    assert len(tight._full_at) == rate_limit.MAX_CLIENTS
    assert tight.take("old") == 0


def test_what_is_given_back_has_not_counted() -> None:
    limiter = RequestLimiter(1, clock=lambda: 0.0, burst_sec=2)
    for _ in range(5):
        assert limiter.take("a") == 0
        limiter.give_back("a")
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 1]
    limiter.give_back("nobody")
