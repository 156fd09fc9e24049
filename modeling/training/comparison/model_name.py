"""What models there are; free of torch and scikit-learn, so that `--help` is fast."""

from enum import StrEnum


class ModelName(StrEnum):
    """What is trained and measured."""

    LSTM = "lstm"
    RANDOM_FOREST = "random-forest"
    LOGISTIC_REGRESSION = "logistic-regression"
    GEOMETRIC_RULE = "geometric-rule"
