"""The manifest's `metrics`: how a checkpoint was trained, and what was measured."""

from pydantic import BaseModel, ConfigDict, ValidationError

from modeling.checkpoint import CheckpointError, Manifest
from modeling.training.metrics import EventFigures, WindowFigures
from modeling.training.settings import TrainingSettings


class TrainingRecord(BaseModel):
    """`by_event` and `by_window` come from cross-validation: no clip's group was trained on.

    `groups` are those that the shipped weights were trained on: figures on them prove nothing.
    """

    model_config = ConfigDict(frozen=True)

    settings: TrainingSettings
    groups: list[str]
    sources: list[str]
    by_event: dict[str, EventFigures]
    by_window: dict[str, WindowFigures]
    onnx_difference: float


def training_record(manifest: Manifest) -> TrainingRecord:
    """The record that `train-lstm-model` left; raises CheckpointError where there is none."""
    try:
        return TrainingRecord.model_validate(manifest.metrics)
    except ValidationError as error:
        raise CheckpointError("the manifest does not say how the model was trained") from error
