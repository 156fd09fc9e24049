"""The threshold of `fall`, chosen on clips that the network was not trained on."""

from collections.abc import Sequence

import numpy as np

from modeling.training.metrics import Outcome, event_figures, outcome
from modeling.training.scoring import ScoredClip

CANDIDATES: tuple[float, ...] = tuple(round(float(x), 2) for x in np.arange(0.10, 0.96, 0.05))
LYING_THRESHOLD = 0.5
UNCHOSEN = 0.5


def choose_threshold(clips: Sequence[ScoredClip], false_alarm_budget: float) -> float:
    """The lowest candidate within the budget, the highest where none is.

    The budget is a share of the clips without a fall. A home that was never seen gives lower scores
    to its falls than these clips do, so what the budget allows is not left unused. Where every clip
    shows a fall there is no budget to keep, and the threshold is UNCHOSEN.
    """
    if all(clip.labels.falls for clip in clips):
        return UNCHOSEN
    for candidate in CANDIDATES:
        alarmed = event_figures(outcomes_at(clips, candidate)).alarmed_clips
        if alarmed.count <= int(false_alarm_budget * alarmed.total):
            return candidate
    return CANDIDATES[-1]


def outcomes_at(clips: Sequence[ScoredClip], threshold: float) -> list[Outcome]:
    """The outcome of each clip with `threshold` for the fall label."""
    return [outcome(clip, (threshold, LYING_THRESHOLD)) for clip in clips]
