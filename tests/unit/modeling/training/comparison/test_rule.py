import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.training.comparison.rule import rule_scores
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.windows import ClipWindows
from modeling.training.evaluate.scoring import score_clip


@pytest.fixture
def scores(clips, film):
    """The scores of a label at each time of a motion."""

    def _scores(motion, label):
        track = film(motion, seconds=5.0)
        scored = score_clip(rule_scores, ClipWindows.of(LabelledClip(clips[0].labels, track)))
        rows = zip(scored.times, scored.scores, strict=True)
        return {
            round(t, 1): float(row[["fall", "lying"].index(label)])
            for t, row in rows
            if row is not None
        }

    return _scores


def test_a_fall_scores_high_once_the_body_is_down_and_only_for_a_while(scores, falling):
    fall = scores(falling, "fall")
    assert max(score for time, score in fall.items() if time < 2.0) < 0.1
    assert max(score for time, score in fall.items() if 2.5 < time < 4.0) > 0.3
    assert fall[4.8] < 0.1


def test_somebody_who_sways_does_not_fall(scores, swaying):
    assert max(scores(swaying, "fall").values()) < 0.1


def test_lying_is_a_level_torso(scores, falling):
    lying = scores(falling, "lying")
    assert lying[1.5] < 0.1
    assert lying[4.5] > 0.9


def test_scores_are_shares():
    rng = np.random.default_rng(0)
    scores = rule_scores(
        rng.normal(0.0, 20.0, (100, WINDOW_LENGTH, FEATURE_COUNT)).astype(np.float32)
    )
    assert scores.dtype == np.float32
    assert ((scores >= 0.0) & (scores <= 1.0)).all()
