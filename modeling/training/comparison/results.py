"""`evaluation.json`: every figure of an evaluation, with counts, intervals and thresholds."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, computed_field

from contract.layout import FEATURE_LAYOUT
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import EventFigures, figures_by_part
from modeling.training.evaluate.by_window import WindowFigures, window_figures
from modeling.training.evaluate.study import Study

EVALUATION_NAME = "evaluation.json"


class StudyFigures(BaseModel):
    """One model under one protocol; `thresholds` are those of LABELS at which a split is judged."""

    model_config = ConfigDict(frozen=True)

    protocol: str
    model: str
    thresholds: dict[str, tuple[float, float]]
    by_event: dict[str, EventFigures]
    by_window: dict[str, WindowFigures]

    @classmethod
    def of(cls, study: Study) -> Self:
        """Count and estimate."""
        return cls(
            protocol=study.protocol,
            model=study.model,
            thresholds={clip.split: clip.thresholds for clip in study.clips},
            by_event=figures_by_part([clip.outcome for clip in study.clips]),
            by_window=window_figures(study.clips),
        )


class Comparison(BaseModel):
    """The figures of models that were trained anew, all with `settings`, and held out.

    `dataset` is the digest of the labels and poses that may be learnt from.
    """

    model_config = ConfigDict(frozen=True)

    settings: TrainingSettings
    dataset: str
    feature_layout: str
    studies: list[StudyFigures]

    @classmethod
    def of(cls, studies: Sequence[Study], settings: TrainingSettings, dataset: str) -> Self:
        """The figures of all studies, in their order."""
        return cls(
            settings=settings,
            dataset=dataset,
            feature_layout=FEATURE_LAYOUT,
            studies=[StudyFigures.of(study) for study in studies],
        )


class CheckpointEvaluation(BaseModel):
    """A checkpoint's figures; `trained_on` are the clips whose group it was trained on."""

    model_config = ConfigDict(frozen=True)

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
