"""A few of the generated pictures of strangers; all 1,000: benchmarks/hostile_pictures.py."""

import pytest

from benchmarks.hostile_pictures import Cost, cost_of
from testkit.bad_pictures import KINDS, bad_pictures

COUNT = len(KINDS)
MOST_MEMORY = 60e6
MOST_CPU_SEC = 2.5
"""Two, and what the process itself takes to start."""
OF_ITSELF = 40e6


@pytest.fixture(scope="module")
def costs() -> list[Cost]:
    return [cost_of(it) for it in bad_pictures(COUNT)]


def test_each_is_converted_or_refused_with_a_reason(costs: list[Cost]) -> None:
    kept = {it.kind for it in costs if it.reason is None}
    assert {"good", "pages", "odd colours"} <= kept
    assert all(it.reason.startswith("the picture") for it in costs if it.reason is not None)


def test_none_costs_more_than_it_may(costs: list[Cost]) -> None:
    assert max(it.memory for it in costs) < OF_ITSELF + MOST_MEMORY
    assert max(it.cpu_sec for it in costs) < MOST_CPU_SEC


def test_the_same_seed_makes_the_same_pictures() -> None:
    assert list(bad_pictures(12)) == list(bad_pictures(12))
