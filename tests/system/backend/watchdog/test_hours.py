"""Hours of heartbeats, late and lost by chance, in which nothing is told."""

import random
from collections.abc import Iterator

import pytest

from backend.events.journal.record import Record
from backend.watchdog.service import SILENT_AFTER_SEC
from testkit.watching import MakeBeat, silences, watched

HOUR = 3600.0


def jittered(seed: int, until: float) -> Iterator[float]:
    """When heartbeats arrive: every 3 s, up to 1.5 s late, some lost, at times for up to 25 s."""
    chance = random.Random(seed)  # noqa: S311
    now = 0.0
    while now < until:
        now += 3.0
        if chance.random() < 0.005:
            now += chance.uniform(5.0, 25.0)
        if chance.random() > 0.1:
            yield now + chance.uniform(0.0, 1.5)


@pytest.mark.parametrize("seed", range(10))
def test_hour_of_jittered_heartbeats_raises_no_false_alarm(seed: int, make_beat: MakeBeat) -> None:
    arrivals = list(jittered(seed, HOUR))
    assert silences(arrivals, SILENT_AFTER_SEC, HOUR, make_beat) == []
    # The hour is not an easy one: with a limit of 5 s it would be full of them.
    assert len(silences(arrivals, 5.0, HOUR, make_beat)) > 2


@pytest.mark.parametrize("a_second", [1.0, 10.0, 200.0])
def test_backlog_that_drains_for_minutes_raises_nothing(
    make_beat: MakeBeat, a_second: float
) -> None:
    """Yesterday's heartbeats, whatever they say, and those of now behind them."""
    now, count = 1.8e9, round(300 * a_second)
    every = min(3.0, 86_400.0 / count)

    def drained() -> Iterator[tuple[float, Record]]:
        yield 0.0, make_beat(now - 86_400.0)
        for number in range(count):
            at, made = number / a_second, now - 86_400.0 + every * number
            ill = {"fps": 0.0, "picture": "dark", "inference": "none", "missed_sec": 20.0}
            yield at, make_beat(**ill, received_at=now + at, ts=made, outbox_length=number)
        for number in range(200):
            at = 300.0 + 3.0 * number
            yield at, make_beat(now + at)

    told = watched(drained(), SILENT_AFTER_SEC, 900.0)
    labels = [condition.trouble for _, changes in told for condition in changes.begun]
    assert labels in ([], ["outbox_growing"])
