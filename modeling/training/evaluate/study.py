"""One model under one protocol: whole clips, scored and judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modeling.training.datasets.labels import LabelSpec
from modeling.training.evaluate.by_event import Outcome, watched
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.threshold import choose_thresholds


@dataclass(frozen=True)
class JudgedClip:
    """A clip that the split `split` held out, at the threshold of each label, by its name."""

    split: str
    scored: ScoredClip
    thresholds: dict[str, float]
    outcome: Outcome


@dataclass(frozen=True)
class Study:
    """What `model` makes of the clips that `protocol` holds out."""

    protocol: str
    model: str
    clips: list[JudgedClip]


def judge(
    split: str, clips: Iterable[ScoredClip], thresholds: dict[str, float]
) -> list[JudgedClip]:
    """What the live watch says of each clip at `thresholds`."""
    return [JudgedClip(split, clip, thresholds, watched(clip, thresholds)) for clip in clips]


def judge_by_others(
    scored: Mapping[str, list[ScoredClip]], vocabulary: Sequence[LabelSpec], budget: float
) -> list[JudgedClip]:
    """Judge each split's clips at the thresholds that the other splits choose.

    So no score has a say in the threshold that it is judged at; the models that made the other
    scores did learn from the clip.
    """
    judged: list[JudgedClip] = []
    for name, clips in scored.items():
        others = [clip for other in scored if other != name for clip in scored[other]]
        judged += judge(name, clips, choose_thresholds(others, vocabulary, budget))
    return judged
