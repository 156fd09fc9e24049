"""How far answers are from the truth of rows held out, with 95 % intervals over groups."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from modeling.training.evaluate.intervals import Estimate, Statistic, bootstrap_over_groups

Numbers = NDArray[np.float64]


class ValueFigures(BaseModel, frozen=True):
    """The mean absolute error, and the share of the variance that the answers explain."""

    kind: Literal["value"] = "value"
    mean_error: Estimate | None
    explained: Estimate | None


class ProbabilityFigures(BaseModel, frozen=True):
    """The area under the ROC curve (0.5 is chance), the Brier score and the log loss."""

    kind: Literal["probability"] = "probability"
    area_under_roc: Estimate | None
    brier: Estimate | None
    log_loss: Estimate | None


TabularFigures = ValueFigures | ProbabilityFigures


def figures_of(
    kind: Literal["value", "probability"], answer: Numbers, truth: Numbers, groups: NDArray[np.str_]
) -> TabularFigures:
    """The figures of (N,) answers."""

    def over_groups(statistic: Statistic) -> Estimate | None:
        return bootstrap_over_groups(statistic, groups)

    if kind == "value":
        return ValueFigures(
            mean_error=over_groups(mean_of(np.abs(answer - truth))),
            explained=over_groups(explained(answer, truth)),
        )
    chance = np.clip(answer, 1e-6, 1.0 - 1e-6)
    loss = -np.log(np.where(truth > 0.5, chance, 1.0 - chance))
    return ProbabilityFigures(
        area_under_roc=over_groups(area_under_roc(answer, truth)),
        brier=over_groups(mean_of((answer - truth) ** 2)),
        log_loss=over_groups(mean_of(loss)),
    )


def mean_of(values: Numbers) -> Statistic:
    """The weighted mean."""
    return lambda weights: float(weights @ values / weights.sum())


def explained(answer: Numbers, truth: Numbers) -> Statistic:
    """One less the share of the squared deviations from the mean that is left (R²)."""

    def statistic(weights: Numbers) -> float:
        mean = weights @ truth / weights.sum()
        return float(1.0 - weights @ (truth - answer) ** 2 / (weights @ (truth - mean) ** 2))

    return statistic


def area_under_roc(answer: Numbers, truth: Numbers) -> Statistic:
    """How probably a yes is answered higher than a no, an equal answer counting half."""
    values, rank = np.unique(answer, return_inverse=True)
    yes = truth > 0.5

    def statistic(weights: Numbers) -> float:
        with_yes = np.bincount(rank, weights * yes, len(values))
        with_no = np.bincount(rank, weights * ~yes, len(values))
        pairs = with_yes.sum() * with_no.sum()
        below = np.cumsum(with_no) - with_no / 2.0
        return float(with_yes @ below / pairs) if pairs else np.nan

    return statistic
