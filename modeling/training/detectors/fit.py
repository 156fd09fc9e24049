"""One fit: examples to a network and its normalisation."""

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from contract.events import FALL
from modeling.perception.detector.checkpoint import Normalization
from modeling.perception.windows.windows import RATE_HZ
from modeling.training.datasets.clips import (
    GENERATED_SOURCES,
    MADE_SOURCE,
    Examples,
    LabelledClip,
    clip_examples,
)
from modeling.training.datasets.labels import LABELS
from modeling.training.detectors.augmentation.recipe import augment
from modeling.training.detectors.learner import Learner
from modeling.training.detectors.network import Ensemble, probabilities
from modeling.training.detectors.normalization import normalize
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.runs.snapshots import Snapshot

FALL_COLUMN = LABELS.index(FALL)
NEAR_FALL_WINDOWS = round(2.0 * RATE_HZ)

# What a source counts beside URFD, all its windows together.
SOURCE_SHARES: Mapping[str, float] = {
    MADE_SOURCE: 3.0, "bandai": 0.6, "utkinect": 0.05, "penn": 0.3, "jhmdb": 0.1,
}  # fmt: skip


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


def prepare(
    clips: Sequence[LabelledClip], settings: TrainingSettings, on_clip: Callable[[], None]
) -> dict[str, Examples]:
    """The examples of each clip by its name; `on_clip` is called after each of them.

    Every group of a source counts the same, however long its clips are and however many cameras
    filmed it, and every source as SOURCE_SHARES says, however many clips it has.
    """
    cameras = Counter(clip.labels.group for clip in clips)
    groups = Counter({clip.labels.group: clip.labels.source for clip in clips}.values())
    examples = {}
    for clip in clips:
        taken, source = take_examples(clip, settings), clip.labels.source
        of_source = SOURCE_SHARES.get(source, 1.0) / groups[source]
        weights = taken.weights * np.float32(of_source / cameras[clip.labels.group])
        examples[clip.labels.name] = replace(taken, weights=weights)
        on_clip()
    return examples


def take_examples(clip: LabelledClip, settings: TrainingSettings) -> Examples:
    """The clip as it is and, if it is a recording, augmented; the same for a seed, always."""
    rng = np.random.default_rng([settings.seed, zlib.crc32(clip.labels.name.encode())])
    is_generated = clip.labels.source in GENERATED_SOURCES
    more = 0 if is_generated else settings.takes - 1
    takes = [clip, *(augment(clip, rng) for _ in range(more))]
    return Examples.concatenate(
        [thin_out(clip_examples(take), settings.calm_windows, rng) for take in takes]
    )


def thin_out(examples: Examples, calm: int, rng: np.random.Generator) -> Examples:
    """All windows near a fall, and about `calm` of the others, which count for the rest."""
    if not len(examples):  # nobody is found throughout
        return examples
    beside = np.ones(2 * NEAR_FALL_WINDOWS + 1)
    is_fall = examples.targets[:, FALL_COLUMN].astype(np.float64)
    is_near = np.convolve(is_fall, beside)[NEAR_FALL_WINDOWS:][: len(examples)] > 0.0
    chance = np.where(is_near, 1.0, min(1.0, calm / max(int((~is_near).sum()), 1)))
    weighed = replace(examples, weights=(examples.weights / chance[:, None]).astype(np.float32))
    return weighed.where(rng.random(len(examples)) < chance)


def fit(
    examples: Examples,
    settings: TrainingSettings,
    on_epoch: Callable[[], None],
    snapshot: Snapshot | None = None,
) -> Fitted:
    """Train a network from scratch, or on from `snapshot`, which is renewed after each epoch.

    `on_epoch` is called for each epoch, also for those that the snapshot already holds.
    """
    learner = Learner(examples, settings)
    if snapshot is not None and (state := snapshot.load()) is not None:
        learner.restore(state)
    for epoch in range(settings.epochs):
        if epoch >= learner.epoch:
            learner.learn()
            if snapshot is not None:
                snapshot.save(learner.state())
        on_epoch()
    return Fitted(learner.network, learner.normalization)
