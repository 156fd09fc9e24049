"""Which version answers."""

from collections import Counter
from collections.abc import Mapping
from math import sqrt

import pytest

from backend.deployments.shares import check_shares, chosen, the_one
from backend.errors import InvalidInput

ASKED = 1000
SHARES = {"a": 70, "b": 25, "c": 5, "d": 0}


def within_bounds(counts: Mapping[str, int], shares: Mapping[str, int]) -> bool:
    """Within four standard deviations of what is expected: once in 16,000 it is not."""
    return all(
        abs(counts[name] - ASKED * share / 100) <= 4 * sqrt(ASKED * share / 100 * (1 - share / 100))
        for name, share in shares.items()
    )


def test_each_answers_as_often_as_its_share_says() -> None:
    by_chance = Counter(chosen(SHARES, "one", None) for _ in range(ASKED))
    by_key = Counter(chosen(SHARES, "one", f"caller {number}") for number in range(ASKED))
    assert within_bounds(by_chance, SHARES)
    assert within_bounds(by_key, SHARES)


def test_a_caller_has_one_version() -> None:
    assert len({chosen(SHARES, "one", "hall") for _ in range(100)}) == 1


def test_who_was_answered_by_the_newer_one_stays_with_it_while_it_grows() -> None:
    keys = [f"caller {number}" for number in range(ASKED)]
    few = {key for key in keys if chosen({"a": 10, "b": 90}, "one", key) == "a"}
    more = {key for key in keys if chosen({"a": 40, "b": 60}, "one", key) == "a"}
    assert few < more


@pytest.mark.parametrize("shares", [{"a": 99}, {"a": 100, "b": 1}, {"a": 0}])
def test_shares_add_up(shares: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match="add up to 100"):
        check_shares(shares)


def test_one_that_is_alone() -> None:
    assert the_one({"a": 100, "b": 0}) == "a"
    with pytest.raises(InvalidInput, match="one version"):
        the_one({"a": 50, "b": 50})
