"""One fit: pictures to a network."""

from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from modeling.training.images.pictures import Pictures
from modeling.training.images.recipe import Recipe
from modeling.training.images.settings import ImageSettings
from modeling.training.runs.snapshots import Snapshot

SCORED_AT_ONCE = 256


class Learner:
    """A fit between two epochs: the network, and all that its next epoch depends on."""

    def __init__(self, pictures: Pictures, recipe: Recipe, settings: ImageSettings) -> None:
        torch.manual_seed(settings.seed)
        self.epoch = 0
        self._recipe = recipe
        self._settings = settings
        self._inputs = pictures.inputs
        self._targets = torch.from_numpy(recipe.targets(pictures))
        self._points = torch.from_numpy(pictures.points)
        self._weights = torch.from_numpy(drawing_weights(pictures))
        self.network = recipe.network()
        in_layout(self.network, torch.channels_last)  # faster here
        self._optimizer = AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        steps = settings.epochs * ceil(settings.pictures / settings.batch_size)
        self._schedule = OneCycleLR(self._optimizer, settings.learning_rate, total_steps=steps)

    def learn(self) -> None:
        """One epoch: as many pictures as the settings say."""
        self.network.train()
        for drawn in self._draw():
            pictures, points = self._recipe.augment(
                torch.from_numpy(self._inputs[drawn.numpy()]), self._points[drawn]
            )
            loss = self.network.loss(pictures, self._targets[drawn], points)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            self._schedule.step()
        self.epoch += 1

    def state(self) -> dict[str, Any]:
        """What a learner of the same pictures and settings needs to go on from here."""
        return {
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `state` was taken."""
        self.epoch = state["epoch"]
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"])

    def _draw(self) -> Iterator[Tensor]:
        drawn = torch.multinomial(self._weights, self._settings.pictures, replacement=True)
        return iter(torch.split(drawn, self._settings.batch_size))


def fit(
    pictures: Pictures,
    recipe: Recipe,
    settings: ImageSettings,
    on_epoch: Callable[[], None],
    snapshot: Snapshot | None = None,
) -> nn.Module:
    """Train a network from scratch, or on from `snapshot`, which is renewed after each epoch.

    `on_epoch` is called for each epoch, also for those that the snapshot already holds.
    """
    learner = Learner(pictures, recipe, settings)
    if snapshot is not None and (state := snapshot.load()) is not None:
        learner.restore(state)
    for epoch in range(settings.epochs):
        if epoch >= learner.epoch:
            learner.learn()
            if snapshot is not None:
                snapshot.save(learner.state())
        on_epoch()
    return learner.network


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


def scores(scorer: nn.Module, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, *input_shape) pictures to (N, L) probabilities."""
    parts = range(0, len(inputs), SCORED_AT_ONCE)
    with torch.no_grad():
        scored = [scorer(torch.from_numpy(inputs[i : i + SCORED_AT_ONCE])).numpy() for i in parts]
    return np.concatenate(scored)
