"""What the detector learns from: windows of clips, as they are and augmented, with weights."""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modeling.perception.windows.windows import RATE_HZ
from modeling.training.datasets.examples import Windows
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.augmentation.recipe import augment
from modeling.training.detectors.settings import TrainingSettings

NEAR_WINDOWS = round(2.0 * RATE_HZ)


def prepare(
    clips: Sequence[ClipWindows], settings: TrainingSettings, on_clip: Callable[[], None]
) -> dict[str, Windows]:
    """The examples of each clip by its name; `on_clip` is called after each of them.

    Every group of a source counts the same, however long its clips are and however many cameras
    filmed it, and every source as its `share` says, however many clips it has.
    """
    all_labels = [windows.clip.labels for windows in clips]
    cameras = Counter(labels.group for labels in all_labels)
    groups = Counter({labels.group: labels.source for labels in all_labels}.values())
    examples = {}
    for windows, labels in zip(clips, all_labels, strict=True):
        taken = take_examples(windows, settings)
        of_source = windows.clip.source.share / groups[labels.source]
        weights = taken.weights * np.float32(of_source / cameras[labels.group])
        examples[labels.name] = replace(taken, weights=weights)
        on_clip()
    return examples


def take_examples(windows: ClipWindows, settings: TrainingSettings) -> Windows:
    """The clip as it is and, if it is a recording, augmented; the same for a seed, always."""
    clip = windows.clip
    rng = np.random.default_rng([settings.seed, zlib.crc32(clip.labels.name.encode())])
    more = settings.takes - 1 if clip.source.is_filmed else 0
    takes = [windows, *[ClipWindows.of(augment(clip, rng)) for _ in range(more)]]
    anomalous = np.array([label.anomalous for label in clip.vocabulary])
    return Windows.concatenate(
        [thin_out(take.examples(), anomalous, settings.calm_windows, rng) for take in takes]
    )


def thin_out(
    examples: Windows, anomalous: NDArray[np.bool_], calm: int, rng: np.random.Generator
) -> Windows:
    """All windows near what is anomalous, and about `calm` others, which count for the rest.

    `anomalous` (L,) says which labels are.
    """
    if not len(examples):  # nobody is found throughout
        return examples
    beside = np.ones(2 * NEAR_WINDOWS + 1)
    is_anomalous = examples.targets[:, anomalous].any(axis=1).astype(np.float64)
    is_near = np.convolve(is_anomalous, beside)[NEAR_WINDOWS:][: len(examples)] > 0.0
    chance = np.where(is_near, 1.0, min(1.0, calm / max(int((~is_near).sum()), 1)))
    weighed = replace(examples, weights=(examples.weights / chance[:, None]).astype(np.float32))
    return weighed.where(rng.random(len(examples)) < chance)
