"""`evaluate-lstm-model`: a checkpoint over a dataset, by event and by window; needs no torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict

from modeling.checkpoint import DEFAULT_CHECKPOINT, CheckpointError
from modeling.cli import create_cli, plain_errors
from modeling.detector import Detector
from modeling.training.dataset import DEFAULT_DATASET, DatasetError, LabelledClip, load_dataset
from modeling.training.labels import LABELS
from modeling.training.metrics import (
    EventFigures,
    WindowFigures,
    figures_by_view,
    outcome,
    window_figures,
)
from modeling.training.progress import progress_bar
from modeling.training.record import training_record
from modeling.training.scoring import ScoredClip, score_clip
from modeling.training.tables import event_table, window_table

app = create_cli()


class Evaluation(BaseModel):
    """A checkpoint's figures; `trained_on` are the clips whose group it was trained on."""

    model_config = ConfigDict(frozen=True)

    checkpoint: str
    clips: int
    trained_on: list[str]
    by_event: dict[str, EventFigures]
    by_window: dict[str, WindowFigures]

    @property
    def caveat(self) -> str:
        """What the figures are worth, in one line."""
        if not self.trained_on:
            return "Held out: none of these clips' groups was part of the training."
        return (
            f"NOT HELD OUT: {len(self.trained_on)} of {self.clips} clips were part of the "
            "training; these figures say nothing about clips that the model has not seen."
        )


@app.command()
def evaluate(
    checkpoint: Annotated[Path, typer.Argument(help="Checkpoint folder.")] = DEFAULT_CHECKPOINT,
    dataset: Annotated[Path, typer.Option(help="What build-dataset wrote.")] = DEFAULT_DATASET,
    out: Annotated[
        Path | None, typer.Option(help="JSON file to write. Default: evaluation.json in --dataset.")
    ] = None,
) -> None:
    """Count falls found and false alarms, through the live windows and event machine."""
    path = out or dataset / "evaluation.json"
    with plain_errors(CheckpointError, DatasetError, OSError):
        evaluation = evaluate_checkpoint(Detector.load(checkpoint), load_dataset(dataset))
        path.write_text(evaluation.model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(evaluation.caveat)
    typer.echo(event_table(evaluation.by_event))
    typer.echo(window_table(evaluation.by_window))
    typer.echo(f"the same as JSON: {path}")


def evaluate_checkpoint(detector: Detector, clips: Sequence[LabelledClip]) -> Evaluation:
    """Score every clip and count; raises CheckpointError when the labels are not fall and lying."""
    names = tuple(label.name for label in detector.manifest.labels)
    if names != LABELS:
        raise CheckpointError(f"the checkpoint scores {names}, expected {LABELS}")
    thresholds = [label.threshold for label in detector.manifest.labels]
    known = set(training_record(detector.manifest).groups)
    scored = score_clips(detector, clips)
    return Evaluation(
        checkpoint=f"{detector.manifest.name} {detector.manifest.version}",
        clips=len(clips),
        trained_on=[clip.labels.name for clip in clips if clip.labels.group in known],
        by_event=figures_by_view([outcome(clip, thresholds) for clip in scored]),
        by_window=window_figures(scored, thresholds),
    )


def score_clips(detector: Detector, clips: Sequence[LabelledClip]) -> list[ScoredClip]:
    """Score every clip, with a progress bar."""
    scored = []
    with progress_bar("scoring", len(clips)) as step:
        for clip in clips:
            scored.append(score_clip(detector.scores, clip))
            step()
    return scored


def main() -> None:
    """Entry point of `evaluate-lstm-model`."""
    app()


if __name__ == "__main__":
    main()
