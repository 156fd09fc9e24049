"""What is to be exported of a checkpoint: the network as it serves, and inputs to compare it on."""

from dataclasses import dataclass
from pathlib import Path

import torch
from pydantic import BaseModel, ValidationError
from torch import nn

from contract.exports import ExportMade
from contract.versions import DETECTOR
from modeling.perception.detector.checkpoint import (
    ONNX_NAME,
    CheckpointError,
    load_manifest,
    read_manifest,
)
from modeling.perception.images.model import ImageManifest, ImageModel
from modeling.perception.images.own_labels import OWN_LABELS
from modeling.perception.images.registry import task_in
from modeling.training.detectors.fit import normalize
from modeling.training.detectors.network import load_weights, probabilities
from modeling.training.export.formats import Inputs
from modeling.training.export.inputs import random_pictures, random_windows
from modeling.training.export.weights import not_of_this_network, read_weights
from modeling.training.images.network import Weighed, scorer
from modeling.training.images.own_labels import own_labels_recipe
from modeling.training.images.recipes import RECIPES
from modeling.training.images.record import ImageExport


class ImageFigures(BaseModel):
    """What an image model's manifest says of its export, and by what its classes are weighed."""

    weights: dict[str, float]
    export: ImageExport

    @classmethod
    def of(cls, manifest: ImageManifest) -> "ImageFigures":
        """Raises CheckpointError."""
        try:
            found = cls.model_validate(manifest.metrics)
        except ValidationError as error:
            raise CheckpointError(f"{manifest.name} says nothing of its export") from error
        if found.weights.keys() != set(manifest.labels):
            raise CheckpointError(f"{manifest.name} has no weight for each of its classes")
        return found


@dataclass(frozen=True)
class Exportable:
    """`scorer` gives probabilities (N, L) of `inputs` (N, ...), which are named as files name them.

    `kind_of_inputs` is what they are called to people.
    """

    scorer: nn.Module
    inputs: Inputs
    input_name: str
    kind_of_inputs: str

    @classmethod
    def of(cls, checkpoint: Path, recipe: str) -> "Exportable":
        """Read the network of a version; raises CheckpointError."""
        if recipe == DETECTOR:
            manifest = load_manifest(checkpoint)
            windows = normalize(random_windows(), manifest.normalization)
            return cls(probabilities(load_weights(checkpoint)), windows, "windows", "made windows")
        pictures = random_pictures(task_in(checkpoint).input_shape)
        return cls(image_scorer(checkpoint), pictures, "pictures", "made pictures")


def image_scorer(checkpoint: Path) -> nn.Module:
    """Pictures to probabilities, each class by its weight; raises CheckpointError."""
    manifest, task = read_manifest(checkpoint, ImageManifest), task_in(checkpoint)
    own = task.name == OWN_LABELS
    network = (own_labels_recipe(task.labels) if own else RECIPES[task.name]).network()
    state = read_weights(checkpoint)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise not_of_this_network(checkpoint) from error
    weights = ImageFigures.of(manifest).weights
    by_label = torch.tensor([weights[label] for label in manifest.labels])
    return Weighed(scorer(network), by_label).eval()


def made_when_trained(checkpoint: Path) -> ExportMade:
    """The ONNX file of an image model that came without weights; raises CheckpointError."""
    model = ImageModel.load(task_in(checkpoint), checkpoint)
    made = ImageFigures.of(model.manifest).export
    checked_on = f"{made.pictures} pictures, when it was trained"
    return ExportMade(file=ONNX_NAME, difference=made.difference, checked_on=checked_on)
