"""Pictures before and after, of which some are held out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from modeling.perception.frames.image import Image
from modeling.training.looks.darkness import darkened

MOST_SIDE = 640
"""A larger picture is made smaller when it is read: colours are what is learnt."""
BLACK = 3
"""Levels that say nothing: a sensor's noise and a codec's rounding."""
LEAST_GROUPS = 2
HELD_OUT_SHARE = 0.2
CLIP_MARK = "#"
LEAST_LIGHT, MOST_LIGHT = 0.01, 0.2


class LookError(Exception):
    """No look can be learnt of these pictures; the message says what was expected."""


@dataclass(frozen=True)
class Pair:
    """One picture before and after, (H, W, 3) each, red first.

    Pairs of one `group` are never apart: either all are learnt from, or all are held out.
    """

    group: str
    before: Image
    after: Image


def read_picture(path: Path) -> Image:
    """The picture in a file, upright and at most 640 pixels wide and high; raises LookError."""
    return _levels(path, _upright(path))


def _upright(path: Path) -> Pillow.Image:
    try:
        with Pillow.open(path) as opened:
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, Pillow.DecompressionBombError) as error:
        raise LookError(f"{_name(path)} is no picture, expected PNG or JPEG") from error


def _levels(path: Path, upright: Pillow.Image) -> Image:
    upright.thumbnail((MOST_SIDE, MOST_SIDE), Pillow.Resampling.BOX)
    levels = np.asarray(upright)
    if levels.max() <= BLACK:
        raise LookError(f"{_name(path)} is black, expected a picture in which something is seen")
    return levels


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def read_pairs(before: Sequence[Path], after: Sequence[Path]) -> list[Pair]:
    """The pairs of files of the same names; raises LookError."""
    names, names_after = ({path.name for path in paths} for paths in (before, after))
    if alone := sorted(names ^ names_after):
        raise LookError(f"{alone[0]} is alone, expected it in before and in after")
    return [_pair(path, of_it) for path, of_it in zip(sorted(before), sorted(after), strict=True)]


def _pair(before: Path, after: Path) -> Pair:
    first, second = _upright(before), _upright(after)
    if first.size != second.size:
        sizes = " and ".join("{}x{}".format(*each.size) for each in (first, second))
        raise LookError(f"{before.name} has {sizes} before and after, expected one size")
    return Pair(group_of(before), _levels(before, first), _levels(after, second))


def group_of(path: Path) -> str:
    """The clip of a frame, which is named CLIP#NUMBER; another picture stands for itself."""
    return path.stem.partition(CLIP_MARK)[0]


def night_pairs(pictures: Sequence[tuple[str, Image]], seed: int) -> list[Pair]:
    """Bright pictures with their groups, each made dark to a light that is drawn for it.

    What is learnt is the way back; it goes from 1 % of the light to 20 %, evenly by its logarithm.
    """
    random = np.random.default_rng(seed)
    lights = np.exp(random.uniform(np.log(LEAST_LIGHT), np.log(MOST_LIGHT), len(pictures)))
    seeds = random.integers(0, 2**31, len(pictures))
    return [
        Pair(group, darkened(picture, float(light), int(one)), picture)
        for (group, picture), light, one in zip(pictures, lights, seeds, strict=True)
    ]


def split(pairs: Sequence[Pair], seed: int) -> tuple[list[Pair], list[Pair]]:
    """Pairs to learn from, and a fifth that is held out, one at least; raises LookError.

    Who shares a picture, or a clip, is on one side.
    """
    groups = joined(pairs)
    names = sorted(set(groups))
    if len(names) < LEAST_GROUPS:
        raise LookError(
            f"{len(pairs)} pairs of {len(names)} pictures or clips, expected at least "
            f"{LEAST_GROUPS}: one is learnt from while the other is held out"
        )
    order = np.random.default_rng(seed).permutation(len(names))
    count = max(1, round(HELD_OUT_SHARE * len(names)))
    held_out = {names[at] for at in order[:count]}
    sides: tuple[list[Pair], list[Pair]] = ([], [])
    for pair, group in zip(pairs, groups, strict=True):
        sides[group in held_out].append(pair)
    return sides


def joined(pairs: Sequence[Pair]) -> list[str]:
    """The group of each pair, where those that share a picture are of one group."""
    groups = [pair.group for pair in pairs]
    first_with: dict[str, int] = {}
    for at, pair in enumerate(pairs):
        for picture in (pair.before, pair.after):
            seen = first_with.setdefault(_digest(picture), at)
            if groups[seen] != groups[at]:
                groups = [groups[seen] if one == groups[at] else one for one in groups]
    return groups


def _digest(picture: Image) -> str:
    return hashlib.sha256(picture.tobytes()).hexdigest()
