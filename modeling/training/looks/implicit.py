"""Learns a network in the place of a table, of two styles: as it was, and the look."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from modeling.training import loop
from modeling.training.looks.examples import Example
from modeling.training.looks.networks import ImplicitLut
from modeling.training.settings import LoopSettings

STYLES = 2
EPOCHS = 40
STEPS = 50
COLOURS_A_STEP = 4096


def fit_implicit(
    examples: Sequence[Example], seed: int, on_epoch: loop.OnEpoch, epochs: int = EPOCHS
) -> ImplicitLut:
    """The network that brings the examples nearest, and leaves colours alone in the first style."""
    settings = LoopSettings(
        seed=seed, epochs=epochs, batch_size=COLOURS_A_STEP, learning_rate=5e-3, weight_decay=0.0
    )
    lessons: list[ImplicitLessons] = []

    def start() -> list[ImplicitLessons]:
        lessons.append(ImplicitLessons(examples))
        return lessons

    loop.fit(start, settings, on_epoch)
    return lessons[0].learnt.eval()


class ImplicitLessons:
    """Half of the colours of a step are drawn from the examples, half from all that there are."""

    steps = STEPS

    def __init__(self, examples: Sequence[Example]) -> None:
        self.learnt = ImplicitLut(STYLES)
        self.network: nn.Module = self.learnt
        self._before = torch.from_numpy(np.concatenate([example.before for example in examples]))
        self._after = torch.from_numpy(np.concatenate([example.after for example in examples]))
        self._styles = torch.eye(STYLES).repeat_interleave(COLOURS_A_STEP // STYLES, dim=0)

    def losses(self) -> Iterator[Tensor]:
        half = COLOURS_A_STEP // STYLES
        for _ in range(STEPS):
            drawn = torch.randint(len(self._before), (half,))
            any_colours = torch.rand(half, 3)
            colours = torch.cat([any_colours, self._before[drawn]])
            targets = torch.cat([any_colours, self._after[drawn]])
            yield (self.learnt.changed(colours, self._styles) - targets).square().mean()
