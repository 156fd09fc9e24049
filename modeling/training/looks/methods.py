"""The methods by their names: how each is fitted, and what its network takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contract.looks import LookMethod
from modeling.perception.looks.look import SMALL_SIDE
from modeling.training.export.onnx import Shapes
from modeling.training.looks import adaptive, implicit, least_squares
from modeling.training.looks.examples import Example
from modeling.training.looks.networks import PlainLut
from modeling.training.loop import Epoch, OnEpoch

ANY_COLOURS = {0: torch.export.Dim("count", min=1)}


@dataclass(frozen=True)
class Method:
    """How looks of a method are learnt, in so many `epochs`, deterministically by a seed.

    `inputs` are examples of what its network takes beside the colours, by their names in ONNX.
    """

    fit: Callable[[Sequence[Example], int, OnEpoch], nn.Module]
    epochs: int
    inputs: Mapping[str, Tensor]
    words: str

    @property
    def shapes(self) -> Shapes:
        """Any number of colours; all else as it is."""
        return (ANY_COLOURS, *(None for _ in self.inputs))


def _fit_lut(examples: Sequence[Example], _seed: int, on_epoch: OnEpoch) -> nn.Module:
    return PlainLut(least_squares.fit_lut(examples, on_epoch))


def _fit_adaptive(examples: Sequence[Example], seed: int, on_epoch: OnEpoch) -> nn.Module:
    lut = least_squares.fit_lut(examples, _unheard)
    return adaptive.fit_adaptive(examples, lut, seed, on_epoch)


def _unheard(_epoch: Epoch) -> None:
    """Of the table that another method starts from."""


METHODS: Mapping[LookMethod, Method] = {
    LookMethod.LUT: Method(
        _fit_lut, len(least_squares.SIZES), {}, "a table of 33 x 33 x 33 colours, by least squares"
    ),
    LookMethod.ADAPTIVE_LUT: Method(
        _fit_adaptive,
        adaptive.EPOCHS,
        {"picture": torch.rand(1, 3, SMALL_SIDE, SMALL_SIDE), "own": torch.ones(1)},
        "three tables of 33 x 33 x 33 colours, which a network mixes for each picture (after Zeng "
        "and others, 2020)",
    ),
    LookMethod.IMPLICIT_LUT: Method(
        implicit.fit_implicit,
        implicit.EPOCHS,
        {"styles": torch.tensor([0.0, 1.0])},
        "a network from colour to colour, with a style that may be blended (after Conde and "
        "others, 2023)",
    ),
}
