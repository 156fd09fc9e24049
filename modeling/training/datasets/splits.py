"""Splits by group: one event, seen by however many cameras, stays on one side."""

from collections.abc import Iterable, Sequence, Set
from typing import Literal

import numpy as np

from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.examples import SplitError

Kept = Literal["group", "room", "source"]
"""What a split keeps together: a name of ClipLabels' fields."""


def group_folds(clips: Sequence[LabelledClip], folds: int, seed: int) -> dict[str, frozenset[str]]:
    """Deal the groups onto `folds` validation sets, groups with and without a fall evenly."""
    falling = {clip.labels.group for clip in clips if clip.labels.falls}
    daily = {clip.labels.group for clip in clips} - falling
    return deal([falling, daily], folds, seed)


def deal(strata: Iterable[Set[str]], folds: int, seed: int) -> dict[str, frozenset[str]]:
    """Deal groups onto `folds` validation sets, those of each of the `strata` evenly."""
    rng = np.random.default_rng(seed)
    dealt = [group for stratum in strata for group in rng.permutation(sorted(stratum))]
    if not 2 <= folds <= len(dealt):
        raise SplitError(
            f"{len(dealt)} groups cannot be split into {folds} folds, "
            "expected at least 2 folds and a group each"
        )
    return {
        f"fold-{fold + 1}": frozenset(str(group) for group in dealt[fold::folds])
        for fold in range(folds)
    }


def split(
    clips: Sequence[LabelledClip], held_out: frozenset[str], kept: Kept = "group"
) -> tuple[list[LabelledClip], list[LabelledClip]]:
    """Training and validation clips, the latter being those whose group is `held_out`.

    `kept` splits by room or source instead; a group is never torn apart.
    """
    training = [clip for clip in clips if part_of(clip, kept) not in held_out]
    validation = [clip for clip in clips if part_of(clip, kept) in held_out]
    check_split(training, validation, kept)
    return training, validation


def check_split(
    training: Sequence[LabelledClip], validation: Sequence[LabelledClip], kept: Kept = "group"
) -> None:
    """Raise SplitError when a side is empty, or a group, or what is to be kept, is on both."""
    if not training or not validation:
        raise SplitError("a split needs clips on both sides")
    kinds: tuple[Kept, Kept] = ("group", kept)
    for kind in kinds:
        torn = {part_of(c, kind) for c in training} & {part_of(c, kind) for c in validation}
        if torn:
            raise SplitError(
                f"{kind} in training and in validation at once: {', '.join(sorted(torn))}"
            )


def part_of(clip: LabelledClip, kept: Kept) -> str:
    """The group, room or source of a clip."""
    name: str = getattr(clip.labels, kept)
    return name
