"""One model under one protocol: whole clips, scored and judged."""

from collections.abc import Iterable
from dataclasses import dataclass

from modeling.training.evaluate.by_event import Outcome, watched
from modeling.training.evaluate.scoring import ScoredClip


@dataclass(frozen=True)
class JudgedClip:
    """A clip that the split `split` held out, at `thresholds`, one for each of LABELS."""

    split: str
    scored: ScoredClip
    thresholds: tuple[float, float]
    outcome: Outcome


@dataclass(frozen=True)
class Study:
    """What `model` makes of the clips that `protocol` holds out."""

    protocol: str
    model: str
    clips: list[JudgedClip]


def judge(
    split: str, clips: Iterable[ScoredClip], thresholds: tuple[float, float]
) -> list[JudgedClip]:
    """What the live watch tells of each clip at `thresholds`."""
    return [JudgedClip(split, clip, thresholds, watched(clip, thresholds)) for clip in clips]
