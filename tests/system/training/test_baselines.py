from dataclasses import replace

import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.training.comparison.baselines import fit_forest, fit_logistic_regression
from modeling.training.datasets.examples import Windows
from modeling.training.detectors.settings import TrainingSettings

BASELINES = [fit_forest, fit_logistic_regression]
SETTINGS = TrainingSettings()


def make_examples(count, seed):
    """Windows whose first feature tells of a fall, and whose second of lying."""
    rng = np.random.default_rng(seed)
    targets = (rng.random((count, 2)) < 0.3).astype(np.float32)
    features = rng.normal(size=(count, WINDOW_LENGTH, FEATURE_COUNT)).astype(np.float32)
    features[:, :, 0] += 5.0 * targets[:, :1]
    features[:, :, 1] += 500.0 * targets[:, 1:]
    weights = np.full((count, 2), 0.01, dtype=np.float32)
    groups = np.full(count, "group")
    return Windows(groups, features, targets, weights)


@pytest.mark.parametrize("fit", BASELINES)
def test_each_learns_both_labels(fit):
    score = fit(make_examples(400, seed=0), SETTINGS)
    unseen = make_examples(200, seed=1)
    scores = score(unseen.features)
    assert (scores.shape, scores.dtype) == ((200, 2), np.float32)
    assert ((scores >= 0.0) & (scores <= 1.0)).all()
    for column in range(2):
        true = unseen.targets[:, column] == 1.0
        assert scores[true, column].min() > scores[~true, column].max()


@pytest.mark.parametrize("fit", BASELINES)
def test_a_target_of_weight_nought_teaches_nothing(fit):
    examples = make_examples(200, seed=0)
    examples.weights[:100] = 0.0
    lied_to = replace(examples, targets=examples.targets.copy())
    lied_to.targets[:100] = 1.0 - lied_to.targets[:100]
    first, second = (fit(part, SETTINGS)(examples.features) for part in (examples, lied_to))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("fit", BASELINES)
def test_weights_move_what_is_learnt(fit):
    learnt = make_examples(400, seed=0)
    noise = make_examples(400, seed=1).features  # tells nothing of the targets
    heavy = np.where(learnt.targets == 1.0, np.float32(0.5), np.float32(0.01))
    plain, weighted = (
        fit(replace(learnt, features=noise, weights=weights), SETTINGS)(noise).mean()
        for weights in (learnt.weights, heavy)
    )
    assert weighted > plain + 0.1


@pytest.mark.parametrize("fit", BASELINES)
def test_a_label_that_never_holds_is_scored_nought(fit):
    examples = make_examples(100, seed=0)
    examples.targets[:, 1] = 0.0
    assert (fit(examples, SETTINGS)(examples.features)[:, 1] == 0.0).all()


@pytest.mark.parametrize("fit", BASELINES)
def test_the_same_seed_gives_the_same_scores(fit):
    examples = make_examples(200, seed=0)
    first, again = (fit(examples, SETTINGS)(examples.features) for _ in range(2))
    np.testing.assert_array_equal(first, again)
