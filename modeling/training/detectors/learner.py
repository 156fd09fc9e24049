"""A fit between two epochs: the networks, and all that their next epoch depends on."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import ceil
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from modeling.training.datasets.clips import Examples
from modeling.training.detectors.network import AttentionLstm, Ensemble
from modeling.training.detectors.normalization import measure, normalize
from modeling.training.detectors.settings import TrainingSettings


class Learner:
    """An ensemble that learns: of each pair one from everything, the other from made people only.

    Recordings teach what daily life looks like to an estimator, made people teach more ways to
    fall; each of two that differ so errs elsewhere. Without made people both learn the same.
    """

    def __init__(self, examples: Examples, settings: TrainingSettings) -> None:
        torch.manual_seed(settings.seed)
        self.epoch = 0
        self.normalization = measure(examples.features)
        all_of = replace(examples, features=normalize(examples.features, self.normalization))
        made = all_of.where(all_of.is_made) if all_of.is_made.any() else all_of
        self._members = [_Member(part, settings) for part in (all_of, made) * settings.pairs]
        self.network = Ensemble([member.network for member in self._members])

    def learn(self) -> None:
        """One epoch: every example once, unless the settings limit the batches."""
        for member in self._members:
            member.learn()
        self.epoch += 1

    def state(self) -> dict[str, Any]:
        """What a learner of the same examples and settings needs to go on from here."""
        return {
            "epoch": self.epoch,
            "members": [member.state() for member in self._members],
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `state` was taken."""
        self.epoch = state["epoch"]
        for member, of_member in zip(self._members, state["members"], strict=True):
            member.restore(of_member)
        torch.set_rng_state(state["random"])


class _Member:
    """One network that learns from examples whose features are normalised."""

    def __init__(self, examples: Examples, settings: TrainingSettings) -> None:
        self.network = AttentionLstm(settings.hidden)
        self._tensors = (
            torch.from_numpy(examples.features),
            torch.from_numpy(examples.targets),
            torch.from_numpy(examples.weights / examples.weights.mean()),
        )
        self._batch_size = settings.batch_size
        self._steps = ceil(len(examples) / settings.batch_size)
        if settings.max_batches is not None:
            self._steps = min(self._steps, settings.max_batches)
        self._optimizer = AdamW(
            self.network.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
        )
        self._schedule = OneCycleLR(
            self._optimizer, settings.learning_rate, total_steps=settings.epochs * self._steps
        )

    def learn(self) -> None:
        taken = islice(batches(self._tensors, self._batch_size), self._steps)
        for windows, targets, weights in taken:
            loss = weighted_loss(self.network(windows), targets, weights)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            self._schedule.step()

    def state(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])


def batches(tensors: tuple[Tensor, ...], size: int) -> Iterator[tuple[Tensor, ...]]:
    """Every row once, in a random order, `size` at a time."""
    order = torch.randperm(len(tensors[0]))
    for start in range(0, len(order), size):
        yield tuple(tensor[order[start : start + size]] for tensor in tensors)


def weighted_loss(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Binary cross-entropy, each target by its weight."""
    losses = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (losses * weights).mean()
