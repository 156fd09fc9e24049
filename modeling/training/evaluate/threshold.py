"""The threshold of `fall`, chosen on clips that the network was not trained on."""

from collections.abc import Sequence

import numpy as np

from modeling.training.evaluate.by_event import Outcome, outcome, watched
from modeling.training.evaluate.scoring import ScoredClip

CANDIDATES: tuple[float, ...] = tuple(round(float(x), 2) for x in np.arange(0.10, 0.96, 0.05))
LYING_THRESHOLD = 0.5
UNCHOSEN = 0.5


def choose_threshold(clips: Sequence[ScoredClip], false_alarm_budget: float) -> float:
    """The lowest candidate that keeps the budget, as all above it do; the highest where none does.

    The budget is the share of the clips without a fall of which a caregiver may be told. A home
    that was never seen gives lower scores to its falls than these clips do, so what the budget
    allows is not left unused. Where every clip shows a fall there is no budget to keep, and the
    threshold is UNCHOSEN.
    """
    daily = [clip for clip in clips if not clip.labels.falls]
    if not daily:
        return UNCHOSEN
    chosen = CANDIDATES[-1]
    for candidate in reversed(CANDIDATES):
        told = sum(bool(watched(c, (candidate, LYING_THRESHOLD)).told_falsely) for c in daily)
        if told > int(false_alarm_budget * len(daily)):
            break
        chosen = candidate
    return chosen


def outcomes_at(clips: Sequence[ScoredClip], threshold: float) -> list[Outcome]:
    """The outcome of each clip with `threshold` for the fall label."""
    return [outcome(clip, (threshold, LYING_THRESHOLD)) for clip in clips]
