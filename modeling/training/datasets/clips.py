"""A dataset on disk (`labels.json` and a pose track a clip), and the windows to train on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from modeling.perception.poses.pose import PoseTrack, PoseTrackError
from modeling.perception.windows.windows import Moment, Window, stacked_features, track_moments
from modeling.training.datasets.labels import ClipLabels

DEFAULT_DATASET = Path("data/dataset")
LABELS_NAME = "labels.json"
TRACKS_NAME = "tracks"
# No checkpoint learns from a source whose frames are out of order.
TEST_ONLY_SOURCES = frozenset({"upfall"})

MADE_SOURCE = "synthetic"
"""People who fall by calculation: nothing of it belongs to anybody else."""

# Made by calculation, or from joints that somebody else found, and filmed by many cameras already:
# they are learnt from as they are, and never measured on as if they were recorded.
GENERATED_SOURCES = frozenset({MADE_SOURCE, "bandai", "utkinect", "penn", "jhmdb"})


class DatasetError(Exception):
    """The folder holds no usable dataset; the message is one plain line that says why."""


class LabelsFile(BaseModel):
    """`labels.json`: what is known of each clip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clips: list[ClipLabels]


@dataclass(frozen=True)
class LabelledClip:
    """One clip: its poses, and what they show when."""

    labels: ClipLabels
    track: PoseTrack


@dataclass(frozen=True)
class Examples:
    """Windows to learn from: `features` (N, 16, F), and (N, L) `targets` and `weights`.

    A weight of 0 marks a target whose truth is uncertain. `is_made` (N,) marks made people.
    """

    features: NDArray[np.float32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    is_made: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.features)

    def where(self, chosen: NDArray[np.bool_]) -> "Examples":
        """Those that are `chosen` (N,)."""
        return Examples(
            self.features[chosen], self.targets[chosen], self.weights[chosen], self.is_made[chosen]
        )

    @classmethod
    def concatenate(cls, parts: Sequence["Examples"]) -> "Examples":
        """Join the examples of several clips, in their order."""
        return cls(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.targets for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate([part.is_made for part in parts]),
        )


def clip_windows(clip: LabelledClip) -> list[tuple[Moment, Window | None]]:
    """What the live agent would make of a clip: each moment, and the window that counts, if any.

    What a clip's labels say is about one person. Where they do not say about whom, it is at each
    moment the one who is seen most in the clip.
    """
    often = Counter(clip.track.persons.tolist())
    if clip.labels.person is not None:
        often = Counter({clip.labels.person: 1})
    return [
        (
            moment,
            max(
                (window for window in moment.windows if window.person in often),
                key=lambda window: often[window.person],
                default=None,
            ),
        )
        for moment in track_moments(clip.track)
    ]


def clip_examples(clip: LabelledClip) -> Examples:
    """The windows that the live agent would send for this clip, with their targets.

    Weights are such that every clip counts the same, however long it is.
    """
    windows = clip_windows(clip)
    seen = [(w, moment.time) for moment, w in windows if w is not None]
    targets, certain = clip.labels.targets(np.array([time for _, time in seen]))
    return Examples(
        stacked_features([w for w, _ in seen]),
        targets,
        certain.astype(np.float32) / np.float32(max(len(seen), 1)),
        np.full(len(seen), clip.labels.source == MADE_SOURCE),
    )


def learnable(clips: Iterable[LabelledClip]) -> list[LabelledClip]:
    """The clips to train on: all but those of sources that are only fit to test on."""
    return [clip for clip in clips if clip.labels.source not in TEST_ONLY_SOURCES]


def track_path(folder: Path, name: str) -> Path:
    """Where the dataset at `folder` keeps the poses of the clip `name`."""
    return folder / TRACKS_NAME / f"{name}.npz"


def save_labels(folder: Path, clips: Iterable[ClipLabels]) -> None:
    """Write `labels.json`, indented, for people to read."""
    text = LabelsFile(clips=list(clips)).model_dump_json(indent=1)
    (folder / LABELS_NAME).write_text(text + "\n", encoding="utf-8")


def load_dataset(folder: Path) -> list[LabelledClip]:
    """Read every clip of a dataset that `build-dataset` wrote; raises DatasetError."""
    path = folder / LABELS_NAME
    try:
        labels = LabelsFile.model_validate_json(path.read_bytes()).clips
        clips = [LabelledClip(c, PoseTrack.load(track_path(folder, c.name))) for c in labels]
    except OSError as error:
        raise DatasetError(f"no dataset at {folder}: run build-dataset first") from error
    except ValidationError as error:
        raise DatasetError(f"{path} is no labels file: {error.errors()[0]['msg']}") from error
    except PoseTrackError as error:
        raise DatasetError(str(error)) from error
    if not clips:
        raise DatasetError(f"the dataset at {folder} has no clip")
    return clips
