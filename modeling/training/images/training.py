"""A training run of an image model: its pictures, its folds, and what its checkpoint says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import nn

from common.files import sha256_of
from common.progress import progress_bar
from modeling.perception.detector.checkpoint import ONNX_NAME
from modeling.perception.images.model import ImageManifest
from modeling.training.datasets.adapters.registry import OWN_PICTURES
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.splits import deal
from modeling.training.export.formats import export_network, onnx, weights_version
from modeling.training.export.weights import save_weights
from modeling.training.images.base import load_base
from modeling.training.images.card import write_card
from modeling.training.images.fit import State, fit, in_layout
from modeling.training.images.judged import AT_ONCE, Judged
from modeling.training.images.labelled import LabelledPicture, label_splits, read_labelled
from modeling.training.images.network import Weighed, scorer
from modeling.training.images.pictures import Pictures
from modeling.training.images.recipe import ClipRecipe, Recipe
from modeling.training.images.record import ImageExport, ImageRecord
from modeling.training.images.settings import ImageSettings
from modeling.training.loop import OnEpoch
from modeling.training.runs.base import Base
from modeling.training.runs.snapshots import Snapshot

FORMATS = (onnx("pictures"),)
DRY_RUN_BATCHES = 2
DRAWN_AT_MOST = 8
"""Times in an epoch, for each picture with a label: few pictures are learnt in seconds."""


@dataclass(frozen=True)
class ImageTraining:
    """`examples` are learnt from, `frames` are all pictures of the clips, which are judged too.

    What the folds' networks say of the frames goes into the folder `predictions`.
    """

    recipe: Recipe
    settings: ImageSettings
    examples: Pictures
    frames: Pictures
    splits: Mapping[str, frozenset[str]]
    sources: list[str]
    predictions: Path
    base: Base[State] | None = None

    @classmethod
    def of(
        cls,
        recipe: ClipRecipe,
        settings: ImageSettings,
        recordings: Sequence[Recording],
        predictions: Path,
    ) -> Self:
        """Read the pictures of the recordings; raises SplitError and VideoError."""
        recordings = chosen(recordings, settings.clips_a_room)
        with progress_bar("reading", len(recordings)) as step:
            examples, frames = recipe.read(recordings, settings, step)
        splits = deal(rooms_groups(examples), settings.folds, settings.seed)
        sources = sorted({recording.source for recording in recordings})
        return cls(recipe, settings, examples, frames, splits, sources, predictions)

    @classmethod
    def of_labelled(
        cls,
        recipe: Recipe,
        settings: ImageSettings,
        labelled: Sequence[LabelledPicture],
        predictions: Path,
    ) -> Self:
        """Read pictures with labels, which are all there is; raises PictureError and SplitError."""
        with progress_bar("reading", len(labelled)) as step:
            examples = read_labelled(labelled, recipe.task, recipe.points, step)
        splits = label_splits(examples, recipe.task.labels, settings.folds, settings.seed)
        few = replace(settings, pictures=min(settings.pictures, DRAWN_AT_MOST * len(examples)))
        return cls(recipe, few, examples, examples, splits, [OWN_PICTURES], predictions)

    def going_on_from(self, folder: Path) -> Self:
        """The same from the weights of a checkpoint on; raises CheckpointError."""
        base = load_base(folder, self.recipe, self.examples)
        return replace(self, base=base, settings=replace(self.settings, base=base.version))

    @property
    def name(self) -> str:
        return self.recipe.task.name

    @property
    def code(self) -> Sequence[str]:
        """The modules of the fit and of the recipe."""
        return fit.__module__, self.recipe.augment.__module__

    def fit(
        self,
        examples: Pictures,
        held_out: Pictures | None,
        on_epoch: OnEpoch,
        snapshot: Snapshot | None,
    ) -> nn.Module:
        base = self.base.for_fit(held_out) if self.base else None
        return fit(examples, self.recipe, self.settings, on_epoch, snapshot, held_out, base)

    def save(
        self, fitted: nn.Module, validated: Mapping[str, nn.Module], folder: Path
    ) -> ImageManifest:
        """Write predictions, weights, export and card; raises ExportError."""
        save_weights(fitted, folder)
        labels = self.recipe.task.labels
        plain, frames = (
            Judged.by(validated, self.splits, pictures, labels)
            for pictures in (self.examples, self.frames)
        )
        on_examples, on_frames = (judged.weighed_by(plain) for judged in (plain, frames))
        on_frames.save(self.predictions)
        weights = torch.from_numpy(plain.weights())
        groups, sources = set(self.examples.groups.tolist()), set(self.sources)
        if self.base is not None:
            groups, sources = groups | self.base.groups, sources | self.base.sources
        record = ImageRecord(
            settings=self.settings,
            pictures=self.examples.digest(),
            groups=sorted(groups),
            sources=sorted(sources),
            examples=on_examples.figures(),
            clips=on_frames.figures(),
            right=on_examples.right_by_kind(),
            weights=dict(zip(labels, weights.tolist(), strict=True)),
            export=self._export(Weighed(scorer(fitted), weights), folder),
        )
        manifest = ImageManifest(
            name=self.name,
            version=weights_version(fitted),
            preprocessing=self.recipe.task.preprocessing,
            labels=labels,
            metrics=record.model_dump(mode="json"),
            weights_sha256=sha256_of(folder / ONNX_NAME),
        )
        write_card(folder, manifest, record, self.recipe.words)
        return manifest

    def _export(self, scorer: nn.Module, folder: Path) -> ImageExport:
        in_layout(scorer, torch.contiguous_format)
        (difference,) = export_network(
            scorer, folder, self.examples.inputs, FORMATS, AT_ONCE
        ).values()
        return ImageExport(pictures=len(self.examples), difference=difference)


def brief(
    recipe: ClipRecipe, settings: ImageSettings, recordings: Sequence[Recording], scratch: Path
) -> ImageTraining:
    """A run of seconds: a clip of each room, and two batches for each fit."""
    pictures = DRY_RUN_BATCHES * settings.batch_size
    few = replace(settings, folds=2, epochs=1, takes=1, pictures=pictures, clips_a_room=1)
    return ImageTraining.of(recipe, few, recordings, scratch)


def chosen(recordings: Sequence[Recording], clips_a_room: int | None) -> list[Recording]:
    """The first clips of each room, or all of them."""
    by_room: dict[str, list[Recording]] = defaultdict(list)
    for recording in recordings:
        by_room[recording.room].append(recording)
    return [recording for room in by_room.values() for recording in room[:clips_a_room]]


def rooms_groups(pictures: Pictures) -> list[set[str]]:
    """The groups of each room, which are dealt onto the folds evenly."""
    names = np.unique(pictures.rooms)
    return [{str(g) for g in pictures.groups[pictures.rooms == room]} for room in names]
