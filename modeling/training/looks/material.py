"""The pictures of a job as what a look is learnt from, and what it is measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contract.looks import LearntFrom, LookWanted
from modeling.training.looks.examples import Example, examples_of, examples_of_style
from modeling.training.looks.pairs import (
    LookError,
    Pair,
    group_of,
    night_pairs,
    read_pairs,
    read_picture,
    split,
)


@dataclass(frozen=True)
class Material:
    """`examples` are learnt from: they are of the `learnt` pairs, where there are pairs."""

    examples: list[Example]
    learnt: list[Pair]
    held_out: list[Pair]


def material_of(wanted: LookWanted, folder: Path) -> Material:
    """What lies in `before` and `after` of a folder; raises LookError."""
    before, after = (_pictures_in(folder / name) for name in ("before", "after"))
    match wanted.learnt_from:
        case LearntFrom.PAIRS:
            return _of_pairs(read_pairs(before, after), wanted.seed)
        case LearntFrom.NIGHT:
            bright = [(group_of(path), read_picture(path)) for path in before]
            return _of_pairs(night_pairs(bright, wanted.seed), wanted.seed)
        case LearntFrom.STYLE:
            return _of_style(before, after, wanted.seed)


def _of_pairs(pairs: Sequence[Pair], seed: int) -> Material:
    learnt, held_out = split(pairs, seed)
    return Material(examples_of(learnt, seed), learnt, held_out)


def _of_style(before: Sequence[Path], after: Sequence[Path], seed: int) -> Material:
    if not (before and after):
        raise LookError(
            f"{len(before)} pictures and {len(after)} of the style, expected at least one of each"
        )
    pictures, style = ([read_picture(path) for path in paths] for paths in (before, after))
    return Material(examples_of_style(pictures, style, seed), [], [])


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())
