"""Cross-validation: every clip is scored by a network that never saw its group."""

from collections.abc import Callable, Sequence

from modeling.training.dataset import Examples, LabelledClip
from modeling.training.fit import fit
from modeling.training.metrics import Outcome
from modeling.training.scoring import ScoredClip, score_clip
from modeling.training.settings import TrainingSettings
from modeling.training.splits import group_folds, split
from modeling.training.threshold import choose_threshold, outcomes_at


def cross_validate(
    examples: dict[str, Examples],
    clips: Sequence[LabelledClip],
    settings: TrainingSettings,
    on_epoch: Callable[[], None],
) -> list[list[ScoredClip]]:
    """Fit a network a fold and score the clips that it was not trained on, fold by fold.

    `examples` holds each clip's, by the clip's name.
    """
    scored = []
    for held_out in group_folds(clips, settings.folds, settings.seed):
        training, validation = split(clips, held_out)
        part = Examples.concatenate([examples[clip.labels.name] for clip in training])
        fitted = fit(part, settings, on_epoch)
        scored.append([score_clip(fitted.scores, clip) for clip in validation])
    return scored


def held_out_outcomes(folds: Sequence[list[ScoredClip]], budget: float) -> list[Outcome]:
    """Each fold's outcomes at the threshold that the other folds choose, so it is not flattered."""
    outcomes: list[Outcome] = []
    for index, fold in enumerate(folds):
        others = [clip for i, other in enumerate(folds) if i != index for clip in other]
        outcomes += outcomes_at(fold, choose_threshold(others, budget))
    return outcomes
