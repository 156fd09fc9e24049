"""What the shadow is asked, what is counted, and what is dropped."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import pytest

from backend.versions.shadow import MOST_WAITING, Shadowed, ShadowWatch
from contract.analysis import Analysis
from modeling.perception.detector.detector import Detector


def said(*anomalies: bool) -> list[Analysis]:
    """Answers that call these anomalous."""
    return [
        Analysis(
            is_anomaly=each,
            normal_score=0.5,
            anomaly_score=0.5,
            events=["fall"],
            scores=[0.5],
            thresholds=[0.5],
        )
        for each in anomalies
    ]


class Slow:
    """A detector that answers once it may, and calls every first window anomalous."""

    def __init__(self) -> None:
        self.may = threading.Event()

    def analyze(self, windows: np.ndarray) -> list[Analysis]:
        assert self.may.wait(10)
        return said(*(number == 0 for number in range(len(windows))))


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def watch(registry: Any, slow: Slow) -> Iterator[ShadowWatch]:
    watch = ShadowWatch(registry.database, lambda: "2026-11-29")
    watch.watch(Shadowed("shadow", "production", cast("Detector", slow)))
    yield watch
    slow.may.set()
    watch.stop()


def windows(count: int) -> np.ndarray:
    return np.zeros((count, 16, 55), dtype=np.float32)


def test_differences_either_way_are_counted_and_survive(
    registry: Any, watch: ShadowWatch, slow: Slow, eventually: Callable[..., Any]
) -> None:
    slow.may.set()
    watch.answered(windows(3), said(False, True, False))
    (day,) = eventually(lambda: watch.days("shadow"))
    assert (day.windows, day.more, day.fewer, day.dropped) == (3, 1, 1, 0)
    assert (day.production_id, day.day) == ("production", "2026-11-29")
    watch.stop()
    again = ShadowWatch(registry.database, lambda: "2026-11-29")
    assert again.days("shadow") == [day]
    assert again.days("another") == []


def test_busy_shadow_keeps_nobody_waiting_and_what_it_misses_is_counted(
    watch: ShadowWatch, slow: Slow, eventually: Callable[..., Any]
) -> None:
    for _ in range(MOST_WAITING + 10):
        watch.answered(windows(2), said(True, False))
    slow.may.set()
    (day,) = eventually(
        lambda: [it for it in watch.days("shadow") if it.windows + it.dropped == 52]
    )
    assert 18 <= day.dropped <= 20
    assert (day.more, day.fewer) == (0, 0)


def test_nobody_is_asked_once_there_is_no_shadow(watch: ShadowWatch, slow: Slow) -> None:
    slow.may.set()
    watch.watch(None)
    watch.answered(windows(1), said(False))
    watch.stop()
    assert watch.days("shadow") == []
