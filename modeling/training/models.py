"""What can be trained and measured side by side: a row a model."""

from collections.abc import Callable, Mapping

from modeling.training.baselines import fit_forest, fit_logistic_regression
from modeling.training.choices import ModelName
from modeling.training.dataset import Examples
from modeling.training.fit import fit
from modeling.training.rule import rule_scores
from modeling.training.scoring import Scorer
from modeling.training.settings import TrainingSettings

MODELS: Mapping[ModelName, Callable[[Examples, TrainingSettings], Scorer]] = {
    ModelName.LSTM: lambda examples, settings: fit(examples, settings, lambda: None).scores,
    ModelName.RANDOM_FOREST: fit_forest,
    ModelName.LOGISTIC_REGRESSION: fit_logistic_regression,
    ModelName.GEOMETRIC_RULE: lambda _examples, _settings: rule_scores,
}
