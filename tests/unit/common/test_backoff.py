from itertools import pairwise

import pytest

from common.backoff import Backoff


def test_delay_doubles_up_to_its_limit_and_jitter_only_shortens_it() -> None:
    backoff = Backoff(first_sec=1.0, longest_sec=300.0)
    assert [backoff.delay(n, 0.0) for n in (1, 2, 3, 9, 10, 10_000)] == [1, 2, 4, 256, 300, 300]
    assert backoff.delay(2, 1.0) == 1.0


def test_those_who_wait_alike_are_spread_over_half_of_the_time() -> None:
    delays = [Backoff(2.0, 30.0).delay(2, share / 10) for share in range(11)]
    assert (delays[0], delays[-1]) == (4.0, 2.0)
    assert all(one > other for one, other in pairwise(delays))


@pytest.mark.parametrize(("first_sec", "longest_sec"), [(0.0, 1.0), (2.0, 1.0)])
def test_backoff_that_makes_no_sense_is_refused(first_sec: float, longest_sec: float) -> None:
    with pytest.raises(ValueError, match="first_sec"):
        Backoff(first_sec, longest_sec)
