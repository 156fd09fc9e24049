"""`train-lstm-model`: a dataset to a checkpoint folder."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from common.cli import create_cli, plain_errors, stoppable
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.training.commands.training import (
    STOPPED,
    Epochs,
    Folds,
    Fresh,
    OnlyDryRun,
    Seed,
    Takes,
    TorchMissingError,
    require_torch,
    try_and_train,
)
from modeling.training.datasets.clips import DatasetError, learnable, load_dataset
from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.detectors.record import training_record
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.report.tables import event_table

DEFAULTS = TrainingSettings()
DEFAULT_SNAPSHOTS = Path("data/training")

app = create_cli()


@app.command()
def train(
    dataset: Annotated[
        list[Path],
        typer.Option(help="What build-dataset or make-synthetic-falls wrote; repeatable."),
    ] = [DEFAULT_DATASET],  # noqa: B006
    out: Annotated[Path, typer.Option(help="Checkpoint folder to write.")] = DEFAULT_CHECKPOINT,
    seed: Seed = DEFAULTS.seed,
    folds: Folds = DEFAULTS.folds,
    epochs: Epochs = DEFAULTS.epochs,
    takes: Takes = DEFAULTS.takes,
    snapshots: Annotated[
        Path, typer.Option(help="Where a run that is stopped keeps what it has learnt.")
    ] = DEFAULT_SNAPSHOTS,
    fresh: Fresh = False,
    only_dry_run: OnlyDryRun = False,
) -> None:
    """Train the fall detector: cross-validate by group, fit to all, write weights and card.

    Stop it at any time: the same command goes on after the last finished epoch, and ends with
    the same files as if it had not been stopped.
    """
    settings = replace(DEFAULTS, seed=seed, folds=folds, epochs=epochs, takes=takes)
    with stoppable(STOPPED), plain_errors(DatasetError, SplitError, TorchMissingError, OSError):
        require_torch()
        clips = learnable(clip for folder in dataset for clip in load_dataset(folder))
        # torch may be missing, and is slow to import.
        from modeling.training.detectors.training import DetectorTraining, brief

        manifest = try_and_train(
            lambda _scratch: brief(clips, settings),
            lambda: DetectorTraining.of(clips, settings),
            out,
            snapshots,
            fresh=fresh,
            only_dry_run=only_dry_run,
        )
        if manifest is not None:
            typer.echo(event_table(training_record(manifest).by_event))
            typer.echo(f"{manifest.name} {manifest.version} is in {out}")


if __name__ == "__main__":
    app()
