"""A dataset of films: every shot is made once, from its seed, and what is there is kept."""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.progress import progress_bar
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import save_labels
from modeling.training.datasets.kept_poses import keep, load_kept, track_path
from modeling.training.datasets.labels import ClipLabels

SAVED_EVERY = 100  # clips, so that there is something to learn from before all are made
CAMERA_VERSION = "3"
"""Another one where the same seed would give another film."""


@dataclass(frozen=True)
class Shot:
    """A film to make: what it will show, and how it is made with the given random numbers."""

    labels: ClipLabels
    make: Callable[[np.random.Generator], PoseTrack]


def rng_of(seed: int, name: str) -> np.random.Generator:
    """Random numbers that follow only from the seed and a name, whatever else is made."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def write_shots(shots: Iterable[Shot], count: int, folder: Path, seed: int) -> list[ClipLabels]:
    """Make what is not there yet, and write the labels file; run it again to go on."""
    labels: list[ClipLabels] = []
    origin = f"camera {CAMERA_VERSION} seed {seed}"
    with progress_bar("filming", count) as step:
        for shot in shots:
            path = track_path(folder, shot.labels.name)
            if load_kept(path, origin) is None:
                keep(shot.make(rng_of(seed, shot.labels.name)), path, origin)
            labels.append(shot.labels)
            if len(labels) % SAVED_EVERY == 0:
                save_labels(folder, labels)
            step()
    save_labels(folder, labels)
    return labels
