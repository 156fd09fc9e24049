"""The manifest's `metrics`: how a checkpoint was trained, and what was measured."""

from pydantic import BaseModel, ValidationError

from modeling.perception.detector.checkpoint import CheckpointError, Manifest
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import EventFigures
from modeling.training.evaluate.by_window import WindowFigures


class ExportCheck(BaseModel, frozen=True):
    """The largest difference in probability between torch and each export, by format.

    Over `windows` windows of the clips as they are, each of which some fold held out.
    """

    windows: int
    differences: dict[str, float]


class ProtocolFigures(BaseModel, frozen=True):
    """What `evaluate-lstm-model --protocol` measured of a model trained by the same settings."""

    protocol: str
    model: str
    by_event: EventFigures
    by_window: dict[str, WindowFigures]


class TrainingRecord(BaseModel, frozen=True):
    """`by_event` and `by_window` come from cross-validation: no clip's group was trained on.

    `groups` are those that the shipped weights were trained on: figures on them prove nothing.
    `dataset` is the digest of their labels and poses. `protocols` are there once an evaluation was
    added.
    """

    settings: TrainingSettings
    dataset: str
    groups: list[str]
    sources: list[str]
    by_event: dict[str, EventFigures]
    by_window: dict[str, WindowFigures]
    exports: ExportCheck
    protocols: list[ProtocolFigures] = []


def training_record(manifest: Manifest) -> TrainingRecord:
    """The record that `train-lstm-model` left; raises CheckpointError where there is none."""
    try:
        return TrainingRecord.model_validate(manifest.metrics)
    except ValidationError as error:
        raise CheckpointError("the manifest does not say how the model was trained") from error
