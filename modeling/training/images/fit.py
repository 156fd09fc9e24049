"""One fit of an image model: pictures to a network."""

from collections.abc import Iterator, Mapping
from functools import partial
from math import ceil
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.training import loop
from modeling.training.images.pictures import Pictures
from modeling.training.images.recipe import Recipe
from modeling.training.images.settings import ImageSettings
from modeling.training.runs.snapshots import Snapshot

JUDGED_AT_MOST = 256
"""Pictures, held out, on which a fit is judged after each epoch."""

State: TypeAlias = Mapping[str, Tensor]
"""The tensors of a network by their names."""


def fit(
    pictures: Pictures,
    recipe: Recipe,
    settings: ImageSettings,
    on_epoch: loop.OnEpoch,
    snapshot: Snapshot | None = None,
    held_out: Pictures | None = None,
    base: State | None = None,
) -> nn.Module:
    """Learn from the pictures, from the weights of `base` on if there is one."""

    def start() -> list[loop.Lessons]:
        lessons = PictureLessons(pictures, recipe, settings)
        if base is not None:
            lessons.network.load_state_dict(base)
        return [lessons]

    judge = None
    if held_out is not None:
        judge = partial(held_out_loss, held_out.at_most(JUDGED_AT_MOST))
    (network,) = loop.fit(start, settings, on_epoch, snapshot, judge)
    return network


def held_out_loss(held_out: Pictures, network: nn.Module) -> Tensor:
    """The cross-entropy over what is held out."""
    logits = network(torch.from_numpy(held_out.inputs))
    return nn.functional.cross_entropy(logits, torch.from_numpy(held_out.truth))


class PictureLessons:
    """A new network, and pictures drawn at random: as many an epoch as the settings say."""

    def __init__(self, pictures: Pictures, recipe: Recipe, settings: ImageSettings) -> None:
        self._recipe = recipe
        self._settings = settings
        self._inputs = pictures.inputs
        self._targets = torch.from_numpy(recipe.targets(pictures))
        self._points = torch.from_numpy(pictures.points)
        self._weights = torch.from_numpy(drawing_weights(pictures))
        network = recipe.network()
        self.network: nn.Module = network
        self._loss = network.loss
        self.steps = ceil(settings.pictures / settings.batch_size)
        in_layout(self.network, torch.channels_last)  # faster here

    def losses(self) -> Iterator[Tensor]:
        drawn = torch.multinomial(self._weights, self._settings.pictures, replacement=True)
        for rows in torch.split(drawn, self._settings.batch_size):
            pictures, points = self._recipe.augment(
                torch.from_numpy(self._inputs[rows.numpy()]), self._points[rows]
            )
            yield self._loss(pictures, self._targets[rows], points)


def drawing_weights(pictures: Pictures) -> NDArray[np.float64]:
    """How often each picture is drawn: every group of a class alike.

    A class is drawn by the root of its size: rare ones more often than they are, yet not as often
    as common ones, which would teach the network to see them everywhere.
    """
    weights = np.zeros(len(pictures))
    for label in np.unique(pictures.truth):
        there = pictures.truth == label
        _, group_of, sizes = np.unique(
            pictures.groups[there], return_inverse=True, return_counts=True
        )
        weights[there] = np.sqrt(there.sum()) / (len(sizes) * sizes[group_of])
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def in_layout(network: nn.Module, layout: torch.memory_format) -> None:
    """Change the order in which the weights of convolutions lie in memory, in place."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.data = module.weight.data.contiguous(memory_format=layout)
