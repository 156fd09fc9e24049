"""The clock that nobody sets."""

import time

import pytest

from common.clock import SteadyClock


def test_steady_clock_begins_with_the_wall_clock_and_counts_whatever_becomes_of_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = {"wall": 1_800_000_000.0, "monotonic": 50.0}
    monkeypatch.setattr(time, "time", lambda: now["wall"])
    monkeypatch.setattr(time, "monotonic", lambda: now["monotonic"])
    clock = SteadyClock()
    assert clock() == 1_800_000_000.0
    now["wall"] = 0.0
    now["monotonic"] += 2.5
    assert clock() == 1_800_000_002.5
