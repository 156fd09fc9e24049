"""When the scores of a model cannot be believed."""

import pytest

from agent.model.score_watch import ScoreWatch
from contract.analysis import Analysis


def said(score: float, threshold: float = 0.8) -> Analysis:
    return Analysis(
        is_anomaly=score >= threshold,
        normal_score=1.0 - score,
        anomaly_score=score,
        events=["fall"],
        scores=[score],
        thresholds=[threshold],
    )


def first_doubt(watch: ScoreWatch, scores: list[float], start: float = 0.0) -> float | None:
    """When it was first implausible, in seconds of the stream; a moment each 100 ms."""
    for number, score in enumerate(scores):
        if watch.implausible(start + number / 10, [said(score)]):
            return start + number / 10
    return None


def test_a_fall_for_minutes_is_none() -> None:
    doubt = first_doubt(ScoreWatch(), [0.9] * 3000)
    assert doubt is not None
    assert 160 < doubt < 200


@pytest.mark.parametrize("anomalous", [0, 30, 300, 780])
def test_falls_that_are_over_are_believed(anomalous: int) -> None:
    assert first_doubt(ScoreWatch(), [0.9] * anomalous + [0.1] * 1800) is None


def test_alarms_again_and_again_are_no_falls() -> None:
    assert first_doubt(ScoreWatch(), ([0.9] * 70 + [0.1] * 30) * 40) is not None


def test_no_probability_is_noticed_at_once() -> None:
    assert first_doubt(ScoreWatch(), [0.1, 1.5]) == pytest.approx(0.1)


def test_another_stream_begins_anew() -> None:
    watch = ScoreWatch()
    assert first_doubt(watch, [0.9] * 1500) is None
    assert first_doubt(watch, [0.9] * 1500) is None
