"""One fit of the detector: windows to an ensemble and the normalisation that its input needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.perception.detector.checkpoint import Normalization
from modeling.training import loop
from modeling.training.datasets.examples import Windows
from modeling.training.detectors.network import AttentionLstm, Ensemble, probabilities
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.runs.snapshots import Snapshot

# Below it a feature hardly varies, and dividing by its deviation would blow up noise.
MIN_STD = 1e-3
JUDGED_AT_MOST = 2048
"""Windows, held out, on which a fit is judged after each epoch: they take 4 % of its time."""


@dataclass(frozen=True)
class Fitted:
    """A trained network, and the normalisation that its input needs."""

    network: Ensemble
    normalization: Normalization

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 16, F) windows to (N, L) probabilities, as the exported checkpoint gives them."""
        with torch.no_grad():
            windows = torch.from_numpy(normalize(features, self.normalization))
            scores: NDArray[np.float32] = probabilities(self.network)(windows).numpy()
        return scores


def fit(
    examples: Windows,
    settings: TrainingSettings,
    on_epoch: loop.OnEpoch,
    snapshot: Snapshot | None = None,
    held_out: Windows | None = None,
    base: Fitted | None = None,
) -> Fitted:
    """Learn from the examples, from the weights of `base` on if there is one."""
    normalization = base.normalization if base else measure(examples.features)

    def start() -> Sequence[loop.Lessons]:
        windows = normalized(examples, normalization)
        lessons = [WindowLessons(windows, settings) for _ in range(settings.networks)]
        for lesson, network in zip(lessons, base.network.members if base else (), strict=False):
            lesson.network.load_state_dict(network.state_dict())
        return lessons

    judge = None
    if held_out is not None:
        judged = normalized(held_out.at_most(JUDGED_AT_MOST), normalization)
        judge = partial(held_out_loss, tensors(judged))
    networks = loop.fit(start, settings, on_epoch, snapshot, judge)
    return Fitted(Ensemble(networks), normalization)


def normalized(examples: Windows, normalization: Normalization) -> Windows:
    """The same windows as the network reads them."""
    return replace(examples, features=normalize(examples.features, normalization))


class WindowLessons:
    """A new network, and normalised windows: every one once an epoch, unless steps are limited."""

    def __init__(self, examples: Windows, settings: TrainingSettings) -> None:
        self.network: nn.Module = AttentionLstm(settings.hidden, examples.targets.shape[1])
        self._tensors = tensors(examples)
        self._batch_size = settings.batch_size
        self.steps = ceil(len(examples) / settings.batch_size)
        if settings.max_batches is not None:
            self.steps = min(self.steps, settings.max_batches)

    def losses(self) -> Iterator[Tensor]:
        order = torch.randperm(len(self._tensors[0]))
        for rows in torch.split(order, self._batch_size)[: self.steps]:
            windows, targets, weights = (tensor[rows] for tensor in self._tensors)
            yield weighted_loss(self.network(windows), targets, weights)


def tensors(examples: Windows) -> tuple[Tensor, Tensor, Tensor]:
    """Windows, targets, and weights whose mean is 1."""
    return (
        torch.from_numpy(examples.features),
        torch.from_numpy(examples.targets),
        torch.from_numpy(examples.weights / examples.weights.mean()),
    )


def held_out_loss(held_out: tuple[Tensor, Tensor, Tensor], network: nn.Module) -> Tensor:
    """The loss of one network over what is held out, as `tensors` has it."""
    windows, targets, weights = held_out
    return weighted_loss(network(windows), targets, weights)


def weighted_loss(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Binary cross-entropy, each target by its weight."""
    losses = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (losses * weights).mean()


def measure(features: NDArray[np.float32]) -> Normalization:
    """Mean and deviation of each feature over (N, 16, F) windows."""
    rows = features.reshape(-1, features.shape[-1]).astype(np.float64)
    std = np.maximum(rows.std(axis=0), MIN_STD)
    return Normalization(mean=rows.mean(axis=0).tolist(), std=std.tolist())


def normalize(features: NDArray[np.float32], normalization: Normalization) -> NDArray[np.float32]:
    """Features as the network reads them: mean 0 and deviation 1 over the training part."""
    mean = np.array(normalization.mean, dtype=np.float32)
    std = np.array(normalization.std, dtype=np.float32)
    normalized: NDArray[np.float32] = (features - mean) / std
    return normalized
