"""`train-lstm-model`: a dataset to a checkpoint folder."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from common.cli import create_cli, plain_errors, stoppable
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.training.datasets.clips import (
    DEFAULT_DATASET,
    DatasetError,
    LabelledClip,
    learnable,
    load_dataset,
)
from modeling.training.datasets.splits import SplitError
from modeling.training.detectors.record import training_record
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.report.tables import event_table
from modeling.training.torch_extra import TorchMissingError, require_torch

DEFAULTS = TrainingSettings()
DEFAULT_SNAPSHOTS = Path("data/training")

STOPPED = "stopped: the same command goes on after the last finished epoch"

app = create_cli()


@app.command()
def train(
    dataset: Annotated[
        list[Path],
        typer.Option(help="What build-dataset or make-synthetic-falls wrote; repeatable."),
    ] = [DEFAULT_DATASET],  # noqa: B006
    out: Annotated[Path, typer.Option(help="Checkpoint folder to write.")] = DEFAULT_CHECKPOINT,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same weights.")] = (
        DEFAULTS.seed
    ),
    folds: Annotated[int, typer.Option(min=2, help="Parts of the validation.")] = DEFAULTS.folds,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the data.")] = DEFAULTS.epochs,
    takes: Annotated[int, typer.Option(min=1, help="Variants of each clip.")] = DEFAULTS.takes,
    snapshots: Annotated[
        Path, typer.Option(help="Where a run that is stopped keeps what it has learnt.")
    ] = DEFAULT_SNAPSHOTS,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do not go on with a run that was stopped.")
    ] = False,
    only_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try every step on a few clips; keep nothing.")
    ] = False,
) -> None:
    """Train the fall detector: cross-validate by group, fit to all, write weights and card.

    Stop it at any time: the same command goes on after the last finished epoch, and ends with
    the same files as if it had not been stopped.
    """
    settings = replace(DEFAULTS, seed=seed, folds=folds, epochs=epochs, takes=takes)
    with stoppable(STOPPED), plain_errors(DatasetError, SplitError, TorchMissingError, OSError):
        require_torch()
        clips = learnable(clip for folder in dataset for clip in load_dataset(folder))
        _dry_run(clips, settings)
        if not only_dry_run:
            _train(clips, settings, out, snapshots, fresh)


# torch may be missing, and is slow to import: the modules that need it are imported late.


def _dry_run(clips: list[LabelledClip], settings: TrainingSettings) -> None:
    from modeling.training import run
    from modeling.training.detectors.training import brief
    from modeling.training.export.formats import ExportError

    with plain_errors(ExportError):
        run.dry_run(lambda _scratch: brief(clips, settings))
    typer.echo("dry run: every step works", err=True)


def _train(
    clips: list[LabelledClip], settings: TrainingSettings, out: Path, kept: Path, fresh: bool
) -> None:
    from modeling.training import run
    from modeling.training.detectors.training import DetectorTraining
    from modeling.training.export.formats import ExportError
    from modeling.training.runs.snapshots import SnapshotError

    with plain_errors(ExportError, SnapshotError):
        training = DetectorTraining.of(clips, settings)
        manifest = run.resume_or_start(training, out, kept, _say, fresh=fresh)
    typer.echo(event_table(training_record(manifest).by_event))
    typer.echo(f"{manifest.name} {manifest.version} is in {out}")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def main() -> None:
    """Entry point of `train-lstm-model`."""
    app()


if __name__ == "__main__":
    main()
