"""Learns tables, and the network that mixes them for each picture."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from modeling.perception.looks.lut import Lut
from modeling.training import loop
from modeling.training.looks.examples import Example
from modeling.training.looks.networks import AdaptiveLut
from modeling.training.settings import LoopSettings

EPOCHS = 60
PICTURES_A_STEP = 8
COLOURS_A_STEP = 1024
SMOOTHNESS, RISE, SMALL_WEIGHTS = 10.0, 10.0, 1e-4


def fit_adaptive(
    examples: Sequence[Example],
    lut: Lut,
    seed: int,
    on_epoch: loop.OnEpoch,
    epochs: int = EPOCHS,
) -> AdaptiveLut:
    """The network that brings each example nearest, from the one table for all of them on."""
    settings = LoopSettings(
        seed=seed, epochs=epochs, batch_size=PICTURES_A_STEP, learning_rate=2e-3, weight_decay=0.0
    )
    lessons: list[AdaptiveLessons] = []

    def start() -> list[AdaptiveLessons]:
        lessons.append(AdaptiveLessons(examples, lut, settings))
        return lessons

    loop.fit(start, settings, on_epoch)
    network = lessons[0].learnt
    network.eval()
    with torch.no_grad():
        network.mean_weights.copy_(network.weights(lessons[0].pictures).mean(dim=0))
    return network


class AdaptiveLessons:
    """Some pictures a step, and some colours of each."""

    def __init__(self, examples: Sequence[Example], lut: Lut, settings: LoopSettings) -> None:
        self.learnt = AdaptiveLut(lut)
        self.network: nn.Module = self.learnt
        self.pictures = torch.from_numpy(np.stack([example.small for example in examples]))
        self._before = torch.from_numpy(np.stack([example.before for example in examples]))
        self._after = torch.from_numpy(np.stack([example.after for example in examples]))
        self._batch_size = settings.batch_size
        self.steps = -(-len(examples) // settings.batch_size)

    def losses(self) -> Iterator[Tensor]:
        for rows in torch.split(torch.randperm(len(self.pictures)), self._batch_size):
            drawn = torch.randint(self._before.shape[1], (COLOURS_A_STEP,))
            weights = self.learnt.weights(self.pictures[rows])
            changed = self.learnt.changed(weights, self._before[rows][:, drawn])
            error = (changed - self._after[rows][:, drawn]).square().mean()
            yield error + self._unevenness() + SMALL_WEIGHTS * weights.square().mean()

    def _unevenness(self) -> Tensor:
        """How far the tables bend, and fall along their own colours."""
        size, total = self.learnt.size, torch.zeros(())
        tables = self.learnt.bases.view(-1, size, size, size, 3)
        for axis, channel in ((3, 0), (2, 1), (1, 2)):
            steps = tables.diff(dim=axis)
            total = total + SMOOTHNESS * steps.diff(dim=axis).square().mean()
            total = total + RISE * steps[..., channel].clamp(max=0).square().mean()
        return total
