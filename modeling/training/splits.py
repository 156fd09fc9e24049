"""Splits by group: one event, seen by however many cameras, stays on one side."""

from collections.abc import Sequence

import numpy as np

from modeling.training.dataset import LabelledClip


class SplitError(ValueError):
    """The clips cannot be split as asked, or a split tears a group apart."""


def group_folds(clips: Sequence[LabelledClip], folds: int, seed: int) -> list[frozenset[str]]:
    """Deal the groups onto `folds` validation sets, groups with and without a fall evenly."""
    falling = {clip.labels.group for clip in clips if clip.labels.falls}
    daily = {clip.labels.group for clip in clips} - falling
    if not 2 <= folds <= len(falling | daily):
        raise SplitError(
            f"{len(falling | daily)} groups cannot be split into {folds} folds, "
            "expected at least 2 folds and a group each"
        )
    rng = np.random.default_rng(seed)
    dealt = [*rng.permutation(sorted(falling)), *rng.permutation(sorted(daily))]
    return [frozenset(str(group) for group in dealt[fold::folds]) for fold in range(folds)]


def split(
    clips: Sequence[LabelledClip], held_out: frozenset[str]
) -> tuple[list[LabelledClip], list[LabelledClip]]:
    """Training and validation clips, the latter being those of the `held_out` groups."""
    training = [clip for clip in clips if clip.labels.group not in held_out]
    validation = [clip for clip in clips if clip.labels.group in held_out]
    check_split(training, validation)
    return training, validation


def check_split(training: Sequence[LabelledClip], validation: Sequence[LabelledClip]) -> None:
    """Raise SplitError when a group is on both sides, or a side is empty."""
    if not training or not validation:
        raise SplitError("a split needs clips on both sides")
    torn = {c.labels.group for c in training} & {c.labels.group for c in validation}
    if torn:
        raise SplitError(f"in training and in validation at once: {', '.join(sorted(torn))}")
