"""`evaluation.json`: every figure of an evaluation, with counts, intervals and thresholds."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ValidationError, computed_field

from modeling.perception.detector.checkpoint import CheckpointError, Manifest
from modeling.training.detectors.record import ProtocolFigures, training_record
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import EventFigures, figures_by_part
from modeling.training.evaluate.by_window import WindowFigures, window_figures
from modeling.training.evaluate.study import Study

EVALUATION_NAME = "evaluation.json"


class StudyFigures(BaseModel, frozen=True):
    """One model under one protocol; `thresholds` are those of each split, by label."""

    protocol: str
    model: str
    thresholds: dict[str, dict[str, float]]
    by_event: dict[str, EventFigures]
    by_window: dict[str, WindowFigures]

    @classmethod
    def of(cls, study: Study) -> Self:
        return cls(
            protocol=study.protocol,
            model=study.model,
            thresholds={clip.split: clip.thresholds for clip in study.clips},
            by_event=figures_by_part([clip.outcome for clip in study.clips]),
            by_window=window_figures(study.clips),
        )


class Comparison(BaseModel, frozen=True):
    """The figures of models that were trained with `settings`, on what was held out from them.

    `dataset` is the digest of the labels and poses that may be learnt from.
    """

    settings: TrainingSettings
    dataset: str
    feature_layout: str
    studies: list[StudyFigures]


class CheckpointEvaluation(BaseModel, frozen=True):
    """A checkpoint's figures; `trained_on` are the clips whose group it was trained on."""

    checkpoint: str
    clips: int
    trained_on: list[str]
    figures: StudyFigures

    @computed_field  # type: ignore[prop-decorator]
    @property
    def caveat(self) -> str:
        """What the figures are worth, in one line."""
        if not self.trained_on:
            return "Held out: none of these clips' groups was part of the training."
        return (
            f"NOT HELD OUT: {len(self.trained_on)} of {self.clips} clips were part of the "
            "training; these figures say nothing about clips that the model has not seen."
        )


def add_evaluation(manifest: Manifest, path: Path) -> Manifest:
    """The manifest with the figures of an `evaluation.json`; raises CheckpointError.

    Those of another recipe are refused: of other settings, other clips or another feature layout.
    """
    record = training_record(manifest)
    try:
        comparison = Comparison.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise CheckpointError(
            f"{path} was not written by evaluate-lstm-model --protocol"
        ) from error
    if comparison.settings != record.settings:
        raise CheckpointError(f"{path} is of other settings than the checkpoint")
    if comparison.dataset != record.dataset:
        raise CheckpointError(f"{path} is of other clips or labels than the checkpoint")
    if comparison.feature_layout != manifest.feature_layout:
        raise CheckpointError(f"{path} is of another feature layout than the checkpoint")
    protocols = [
        ProtocolFigures(
            protocol=study.protocol,
            model=study.model,
            by_event=study.by_event["all"],
            by_window=study.by_window,
        )
        for study in comparison.studies
    ]
    metrics = record.model_copy(update={"protocols": protocols}).model_dump(mode="json")
    return manifest.model_copy(update={"metrics": metrics})
