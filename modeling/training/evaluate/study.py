"""Whole clips, scored and judged, at thresholds that are chosen on clips not learnt from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modeling.training.datasets.labels import LabelSpec
from modeling.training.evaluate.by_event import Outcome, watched
from modeling.training.evaluate.scoring import ScoredClip

CANDIDATES: tuple[float, ...] = tuple(round(float(x), 2) for x in np.arange(0.10, 0.96, 0.05))
UNCHOSEN = 0.5


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


def choose_thresholds(
    clips: Sequence[ScoredClip], vocabulary: Sequence[LabelSpec], false_alarm_budget: float
) -> dict[str, float]:
    """The threshold of each label: its own, or else the lowest candidate that keeps the budget.

    Every candidate above it keeps the budget too; where none does it is the highest. The budget is
    the share of the clips without a fall of which a caregiver may be notified. A home that was
    never seen gives lower scores to its falls than these clips do, so what the budget allows is not
    left unused. Where every clip shows a fall there is no budget to keep, and it is UNCHOSEN.
    """
    daily = [clip for clip in clips if not clip.labels.falls]
    if not daily:
        return thresholds_at(vocabulary, UNCHOSEN)
    chosen = CANDIDATES[-1]
    for candidate in reversed(CANDIDATES):
        at = thresholds_at(vocabulary, candidate)
        if sum(bool(watched(c, at).told_falsely) for c in daily) > int(
            false_alarm_budget * len(daily)
        ):
            break
        chosen = candidate
    return thresholds_at(vocabulary, chosen)


def thresholds_at(vocabulary: Sequence[LabelSpec], chosen: float) -> dict[str, float]:
    """The threshold of each label, with `chosen` for those that have none of their own."""
    return {
        label.name: chosen if label.threshold is None else label.threshold for label in vocabulary
    }
