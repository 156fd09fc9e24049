"""A dataset on disk: `labels.json`, and a pose track for each clip."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ValidationError, model_validator

from modeling.perception.poses.pose import PoseTrack, PoseTrackError
from modeling.training.datasets.adapters.registry import SOURCES
from modeling.training.datasets.kept_poses import track_path
from modeling.training.datasets.labels import FALL_AND_LYING, ClipLabels, LabelSpec
from modeling.training.datasets.source import Source

LABELS_NAME = "labels.json"


class DatasetError(Exception):
    """The folder holds no usable dataset; the message is one plain line that says why."""


class LabelsFile(BaseModel, frozen=True, extra="forbid"):
    """`labels.json`: what is known of each clip."""

    labels: tuple[LabelSpec, ...] = FALL_AND_LYING
    clips: list[ClipLabels]

    @model_validator(mode="after")
    def _knows_its_words(self) -> Self:
        labels = {label.name for label in self.labels}
        for clip in self.clips:
            _check_known("source", clip.source, SOURCES)
            for span in clip.spans:
                _check_known("label", span.label, labels)
        return self


def _check_known(kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise ValueError(f"unknown {kind} {name!r}, expected one of {', '.join(sorted(known))}")


@dataclass(frozen=True)
class LabelledClip:
    """One clip: its poses, what they show when, and in which labels that is said."""

    labels: ClipLabels
    track: PoseTrack
    vocabulary: tuple[LabelSpec, ...] = FALL_AND_LYING

    @property
    def source(self) -> Source:
        """What is known of the dataset that it is of."""
        return SOURCES[self.labels.source]


def learnable(clips: Iterable[LabelledClip]) -> list[LabelledClip]:
    """The clips to train on: all but those of sources that are only fit to test on."""
    return [clip for clip in clips if not clip.source.is_test_only]


def save_labels(folder: Path, clips: Iterable[ClipLabels]) -> None:
    """Write `labels.json`, indented, for people to read."""
    text = LabelsFile(clips=list(clips)).model_dump_json(indent=1)
    (folder / LABELS_NAME).write_text(text + "\n", encoding="utf-8")


def load_dataset(folder: Path) -> list[LabelledClip]:
    """Read every clip of a dataset that `build-dataset` wrote; raises DatasetError."""
    path = folder / LABELS_NAME
    try:
        known = LabelsFile.model_validate_json(path.read_bytes())
        clips = [
            LabelledClip(labels, PoseTrack.load(track_path(folder, labels.name)), known.labels)
            for labels in known.clips
        ]
    except OSError as error:
        raise DatasetError(f"no dataset at {folder}: run build-dataset first") from error
    except ValidationError as error:
        raise DatasetError(f"{path} is no labels file: {error.errors()[0]['msg']}") from error
    except PoseTrackError as error:
        raise DatasetError(str(error)) from error
    if not clips:
        raise DatasetError(f"the dataset at {folder} has no clip")
    return clips


def digest_clips(clips: Sequence[LabelledClip]) -> str:
    """A digest of the labels and poses of all clips."""
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(clip.labels.model_dump_json().encode())
        digest.update(repr(clip.track.aspect).encode())
        track = clip.track
        arrays = (track.frame_indices, track.times, track.rows, track.persons, track.landmarks)
        for array in arrays:
            digest.update(array.tobytes())
    return digest.hexdigest()


def vocabulary_of(clips: Sequence[LabelledClip]) -> tuple[LabelSpec, ...]:
    """The labels of all clips together; raises DatasetError where they differ."""
    vocabularies = list(dict.fromkeys(clip.vocabulary for clip in clips))
    if len(vocabularies) != 1:
        raise DatasetError("the datasets are labelled with different labels")
    return vocabularies[0]
