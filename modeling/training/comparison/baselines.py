"""Baselines that learn from the same windows as the network, each label by its own classifier."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from modeling.training.datasets.examples import Windows
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.scoring import Scorer

WINDOWS_A_TREE = 5000

Rows = NDArray[np.float32]
Probability = Callable[[Rows], NDArray[np.float64]]


def fit_forest(examples: Windows, settings: TrainingSettings) -> Scorer:
    """A random forest (Breiman, 2001) on the flattened windows.

    The takes of a clip are much alike: a tree that sees some of the windows is not much worse.
    """
    return _fit(
        examples,
        lambda: RandomForestClassifier(
            n_estimators=100,
            min_samples_leaf=5,
            max_samples=WINDOWS_A_TREE,
            random_state=settings.seed,
        ),
    )


def fit_logistic_regression(examples: Windows, settings: TrainingSettings) -> Scorer:
    """Logistic regression on the flattened windows, whose columns are much alike: strongly held."""
    return _fit(
        examples,
        lambda: LogisticRegression(C=1e-4, max_iter=1000, random_state=settings.seed),
    )


def _fit(examples: Windows, make_classifier: Callable[[], object]) -> Scorer:
    labels = [
        _fit_label(make_pipeline(StandardScaler(), make_classifier()), examples, column)
        for column in range(examples.targets.shape[1])
    ]
    return lambda windows: np.stack([label(_flat(windows)) for label in labels], axis=1).astype(
        np.float32
    )


def _fit_label(pipeline: Pipeline, examples: Windows, column: int) -> Probability:
    known = examples.weights[:, column] > 0.0
    truth = examples.targets[known, column] == 1.0
    if len(np.unique(truth)) < 2:  # a label that always, or never, holds: nothing to tell apart
        return lambda rows: np.full(len(rows), truth.any(), dtype=np.float64)
    weights = examples.weights[known, column]
    last_step = pipeline.steps[-1][0]
    pipeline.fit(
        _flat(examples.features[known]),
        truth,
        **{f"{last_step}__sample_weight": weights / weights.mean()},
    )
    return lambda rows: pipeline.predict_proba(rows)[:, 1]


def _flat(windows: NDArray[np.float32]) -> Rows:
    return windows.reshape(len(windows), -1)
