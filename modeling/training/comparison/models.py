"""What can be trained and measured side by side: a row per model."""

from collections.abc import Callable, Mapping

from modeling.training.comparison.baselines import fit_forest, fit_logistic_regression
from modeling.training.comparison.model_name import ModelName
from modeling.training.comparison.rule import rule_scores
from modeling.training.datasets.examples import Windows
from modeling.training.detectors.fit import fit
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.scoring import Scorer

MODELS: Mapping[ModelName, Callable[[Windows, TrainingSettings], Scorer]] = {
    ModelName.LSTM: lambda examples, settings: fit(examples, settings, lambda _: None).scores,
    ModelName.RANDOM_FOREST: fit_forest,
    ModelName.LOGISTIC_REGRESSION: fit_logistic_regression,
    ModelName.GEOMETRIC_RULE: lambda _examples, _settings: rule_scores,
}
