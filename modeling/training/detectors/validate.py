"""Cross-validation: every clip is scored by a model that never saw its group."""

from collections.abc import Callable, Mapping, Sequence

from modeling.training.datasets.clips import Examples, LabelledClip
from modeling.training.datasets.splits import split
from modeling.training.evaluate.scoring import ScoredClip, Scorer, score_clip
from modeling.training.evaluate.study import JudgedClip, judge
from modeling.training.evaluate.threshold import LYING_THRESHOLD, choose_threshold

Recipe = Callable[[str, Examples], Scorer]
"""Learns from the training part of the split that the first argument names."""


def cross_validate(
    examples: Mapping[str, Examples],
    clips: Sequence[LabelledClip],
    splits: Mapping[str, frozenset[str]],
    recipe: Recipe,
) -> dict[str, list[ScoredClip]]:
    """Score the held-out clips of each of the named splits.

    `splits` names the groups that are held out; `examples` holds each clip's, by the clip's name.
    """
    scored = {}
    for name, held_out in splits.items():
        training, validation = split(clips, held_out)
        part = Examples.concatenate([examples[clip.labels.name] for clip in training])
        score = recipe(name, part)
        scored[name] = [score_clip(score, clip) for clip in validation]
    return scored


def judge_by_others(scored: Mapping[str, list[ScoredClip]], budget: float) -> list[JudgedClip]:
    """Judge each split's clips at the threshold that the other splits choose.

    So no score has a say in the threshold that it is judged at; the models that made the other
    scores did learn from the clip.
    """
    judged: list[JudgedClip] = []
    for name, clips in scored.items():
        others = [clip for other in scored if other != name for clip in scored[other]]
        judged += judge(name, clips, (choose_threshold(others, budget), LYING_THRESHOLD))
    return judged
