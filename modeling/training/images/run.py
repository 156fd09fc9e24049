"""A training run of an image model, in reading order: dry run, read, validate, fit, save."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import nn

from common.progress import progress_bar
from modeling.perception.detector.checkpoint import save_manifest
from modeling.perception.images.model import ImageManifest
from modeling.perception.images.task import ImageTask
from modeling.training.datasets.adapters.urfd import read_urfd
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.splits import deal
from modeling.training.detectors.run import DRY_RUN_BATCHES, fingerprint, make_repeatable
from modeling.training.export.check import replacing_files
from modeling.training.export.image_check import export_scorer
from modeling.training.images.card import write_card
from modeling.training.images.fit import fit
from modeling.training.images.judged import Judged
from modeling.training.images.network import Weighed, scorer
from modeling.training.images.pictures import Pictures
from modeling.training.images.recipe import Recipe
from modeling.training.images.record import ImageRecord
from modeling.training.images.settings import ImageSettings, Places
from modeling.training.runs.image_inputs import ImageInputs


def dry_run(recipe: Recipe, settings: ImageSettings, urfd: Path) -> ImageManifest:
    """Go the whole way in seconds, on a clip of each room and two batches a fit; keep nothing."""
    pictures = DRY_RUN_BATCHES * settings.batch_size
    brief = replace(settings, folds=2, epochs=1, takes=1, pictures=pictures, clips_a_room=1)
    with TemporaryDirectory() as name:
        root = Path(name)
        places = Places(urfd, root / "checkpoint", root / "predictions", root / "snapshots")
        return train_checkpoint(recipe, brief, places)


def train_checkpoint(
    recipe: Recipe, settings: ImageSettings, places: Places, *, fresh: bool = False
) -> ImageManifest:
    """Measure the recipe on held-out groups, fit it to all of them, and write the checkpoint.

    Fits that a stopped run with the same inputs has made are not made again, unless `fresh`.
    """
    make_repeatable()
    recordings = chosen(read_urfd(places.urfd), settings.clips_a_room)
    with progress_bar("reading", len(recordings)) as step:
        examples, frames = recipe.read(places.urfd, recordings, settings, step)
    inputs = ImageInputs.of(recipe.task.name, settings, examples)
    snapshots = inputs.snapshots(places.snapshots, fresh=fresh)
    folds = deal(rooms_groups(examples), settings.folds, settings.seed)
    with progress_bar("validating", settings.folds * settings.epochs) as step:
        networks = {
            fold: fit(training_part(examples, held), recipe, settings, step, snapshots.of(fold))
            for fold, held in folds.items()
        }
    with progress_bar("fitting", settings.epochs) as step:
        network = fit(examples, recipe, settings, step, snapshots.of("all"))
    plain, on_frames = (
        Judged.by(networks, folds, pictures, recipe.task.labels) for pictures in (examples, frames)
    )
    on_examples, on_frames = (judged.weighed_by(plain) for judged in (plain, on_frames))
    on_frames.predictions().save(places.predictions)
    weights = plain.weights()
    with replacing_files(places.checkpoint) as scratch:
        record = ImageRecord(
            settings=settings,
            pictures=inputs.pictures,
            groups=sorted({str(group) for group in examples.groups}),
            examples=on_examples.figures(),
            clips=on_frames.figures(),
            right=on_examples.right_by_kind(),
            weights=dict(zip(recipe.task.labels, weights.tolist(), strict=True)),
            export=export_scorer(
                Weighed(scorer(network), torch.from_numpy(weights)), scratch, examples.inputs
            ),
        )
        manifest = describe(recipe.task, network, record)
        save_manifest(scratch, manifest)
        write_card(scratch, manifest, record, recipe.card)
    snapshots.remove()
    return manifest


def describe(task: ImageTask, network: nn.Module, record: ImageRecord) -> ImageManifest:
    """The manifest: what the weights need to run, and how they came about."""
    return ImageManifest(
        name=task.name,
        version=fingerprint(network),
        preprocessing=task.preprocessing,
        labels=task.labels,
        metrics=record.model_dump(mode="json"),
    )


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


def training_part(pictures: Pictures, held_out: frozenset[str]) -> Pictures:
    """All but the pictures of the groups that are held out."""
    return pictures.where(~np.isin(pictures.groups, list(held_out)))
