"""The model that serves, and what it falls back to."""

from typing import Any, cast

import numpy as np
import pytest

from agent.model.serving import Loaded, ServingModel
from contract.analysis import Analysis
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.detector.detector import Detector, WindowError

WINDOWS = np.zeros((1, WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)


class Scripted:
    """A detector that gives one score for ever, or raises."""

    def __init__(self, version: str, score: float | Exception) -> None:
        self.manifest = cast(Any, type("Manifest", (), {"version": version}))
        self._score = score

    def analyze(self, windows: Any) -> list[Analysis]:
        if isinstance(self._score, Exception):
            raise self._score
        said = {"normal_score": 0.0, "anomaly_score": self._score, "scores": [self._score]}
        rest = {"is_anomaly": self._score >= 0.8, "events": ["fall"], "thresholds": [0.8]}
        return [Analysis.model_validate(said | rest) for _ in windows]


def loaded(version: str, score: float | Exception, version_id: str | None = None) -> Loaded:
    return Loaded(cast(Detector, Scripted(version, score)), version_id)


def score_of(model: ServingModel, time: float = 0.0) -> float:
    return model.analyze("hall", time, WINDOWS)[0].scores[0]


def test_another_serves_from_the_next_window_on() -> None:
    model = ServingModel(loaded("own", 0.1))
    assert score_of(model) == 0.1
    model.swap(loaded("a", 0.2, "A"))
    assert (score_of(model), model.serving.version, model.version_ids) == (0.2, "a", ("A",))


def test_who_served_before_and_the_boxs_own_are_kept() -> None:
    model = ServingModel(loaded("own", 0.1))
    for name in ("A", "B", "C"):
        model.swap(loaded(name.lower(), 0.2, name))
    assert model.version_ids == ("C", "B")
    model.swap(loaded("b", 0.2, "B"))
    assert model.version_ids == ("B", "C")


def test_one_that_cannot_answer_is_taken_back_within_the_same_window() -> None:
    told: list[Any] = []
    model = ServingModel(
        loaded("a", ValueError("nan"), "A"),
        loaded("own", 0.1),
        on_fall_back=lambda failed, reason, left: told.append((failed.version, reason, left)),
    )
    assert score_of(model) == 0.1
    assert told == [("a", "it cannot answer: ValueError", ())]
    assert model.failure == "version a was taken back: it cannot answer: ValueError"


def test_one_that_sees_falls_for_minutes_is_taken_back() -> None:
    model = ServingModel(loaded("a", 0.9, "A"), loaded("own", 0.1))
    scores = [score_of(model, number / 10) for number in range(2500)]
    assert (scores[0], scores[-1], model.serving.version) == (0.9, 0.1, "own")
    assert "a was taken back: it saw a fall in 100%" in (model.failure or "")


def test_the_last_one_stays_and_says_so() -> None:
    model = ServingModel(loaded("own", 0.9))
    for number in range(2500):
        score_of(model, number / 10)
    assert model.serving.version == "own"
    assert "is the only one" in (model.failure or "")


def test_a_wrong_window_is_nobodys_fault() -> None:
    model = ServingModel(loaded("a", WindowError("expected another"), "A"), loaded("own", 0.1))
    with pytest.raises(WindowError):
        score_of(model)
    assert model.serving.version == "a"
