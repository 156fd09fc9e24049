import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss

from modeling.training.evaluate.by_window import average_precision, brier_score


def test_figures_agree_with_scikit_learn_also_where_windows_weigh_unequally():
    rng = np.random.default_rng(0)
    truth, scores = rng.random(400) < 0.2, rng.integers(0, 30, 400) / 30.0  # with ties
    for weights in (np.ones(400), rng.integers(0, 3, 400).astype(float)):
        assert average_precision(truth, scores)(weights) == pytest.approx(
            average_precision_score(truth, scores, sample_weight=weights)
        )
        assert brier_score(truth, scores)(weights) == pytest.approx(
            brier_score_loss(truth, scores, sample_weight=weights)
        )
