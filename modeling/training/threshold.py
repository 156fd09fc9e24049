"""The threshold of `fall`, chosen on clips that the network was not trained on."""

from collections.abc import Sequence

import numpy as np

from modeling.training.metrics import EventFigures, Outcome, event_figures, outcome
from modeling.training.scoring import ScoredClip

CANDIDATES: tuple[float, ...] = tuple(round(float(x), 2) for x in np.arange(0.10, 0.96, 0.05))
LYING_THRESHOLD = 0.5


def choose_threshold(clips: Sequence[ScoredClip], false_alarm_budget: float) -> float:
    """The candidate that finds most falls within the budget, then the one in the middle.

    The budget is a share of the clips without a fall. Where no candidate keeps it, the one with
    the fewest alarms is taken.
    """
    ranked = {
        candidate: _rank(event_figures(outcomes_at(clips, candidate)), false_alarm_budget)
        for candidate in CANDIDATES
    }
    best = [candidate for candidate in CANDIDATES if ranked[candidate] == max(ranked.values())]
    return best[len(best) // 2]


def outcomes_at(clips: Sequence[ScoredClip], threshold: float) -> list[Outcome]:
    """The outcome of each clip with `threshold` for the fall label."""
    return [outcome(clip, (threshold, LYING_THRESHOLD)) for clip in clips]


def _rank(figures: EventFigures, budget: float) -> tuple[int, int, int]:
    allowed = int(budget * figures.alarmed_clips.total)
    over_budget = max(0, figures.alarmed_clips.count - allowed)
    return -over_budget, figures.falls_found.count, -figures.false_alarms
