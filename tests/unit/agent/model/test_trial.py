"""Which versions a camera box lets serve."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from agent.model.trial import SanityWindows, TrialFailed, check_plausible
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector

WINDOWS = SanityWindows.load()


class Scripted:
    """A detector whose scores a test makes of the windows."""

    def __init__(self, score: Callable[[Any], Any]) -> None:
        self.manifest = Detector.load(DEFAULT_CHECKPOINT).manifest
        self._score = score

    def scores(self, windows: Any) -> Any:
        fall = self._score(windows) * np.ones(len(windows))
        return np.stack([fall, np.zeros(len(windows))], axis=1).astype(np.float32)


def is_fall(windows: Any) -> Any:
    """1 where it is one of the windows of the fall."""
    return np.array([any(np.array_equal(it, one) for one in WINDOWS.fall) for it in windows])


def test_the_one_that_ships_is_plausible() -> None:
    check_plausible(Detector.load(DEFAULT_CHECKPOINT), WINDOWS)


def test_so_is_one_that_can_be_reckoned_by_hand(checkpoint: Path) -> None:
    check_plausible(Detector.load(checkpoint), WINDOWS)


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        (lambda _: np.nan, "no probabilities"),
        (lambda windows: is_fall(windows) * 1.5, "no probabilities"),
        (lambda _: 0.3, "the same of every window"),
        (lambda windows: 0.9 + 0.05 * is_fall(windows), "in which nobody falls"),
        (lambda windows: 0.5 - 0.4 * is_fall(windows), "no higher with it than calm"),
    ],
    ids=["nan", "above-one", "constant", "alarms", "upside-down"],
)
def test_one_that_cannot_be_believed_does_not_serve(
    score: Callable[[Any], Any], reason: str
) -> None:
    with pytest.raises(TrialFailed, match=reason):
        check_plausible(cast(Detector, Scripted(score)), WINDOWS)
