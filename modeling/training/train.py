"""`train-lstm-model`: a dataset to a checkpoint folder."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from modeling.checkpoint import DEFAULT_CHECKPOINT, Manifest
from modeling.cli import create_cli, plain_errors
from modeling.training.dataset import DEFAULT_DATASET, DatasetError, LabelledClip, load_dataset
from modeling.training.record import training_record
from modeling.training.settings import TrainingSettings
from modeling.training.splits import SplitError
from modeling.training.tables import event_table
from modeling.training.torch_extra import TorchMissingError, require_torch

DEFAULTS = TrainingSettings()

app = create_cli()


@app.command()
def train(
    dataset: Annotated[Path, typer.Option(help="What build-dataset wrote.")] = DEFAULT_DATASET,
    out: Annotated[Path, typer.Option(help="Checkpoint folder to write.")] = DEFAULT_CHECKPOINT,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same weights.")] = (
        DEFAULTS.seed
    ),
    folds: Annotated[int, typer.Option(min=2, help="Parts of the validation.")] = DEFAULTS.folds,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the data.")] = DEFAULTS.epochs,
    takes: Annotated[int, typer.Option(min=1, help="Variants of each clip.")] = DEFAULTS.takes,
    only_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try every step on a few clips; keep nothing.")
    ] = False,
) -> None:
    """Train the fall detector: cross-validate by group, fit to all, write weights and card."""
    settings = replace(DEFAULTS, seed=seed, folds=folds, epochs=epochs, takes=takes)
    with plain_errors(DatasetError, SplitError, TorchMissingError, OSError):
        require_torch()
        clips = load_dataset(dataset)
        _train(clips, settings, None if only_dry_run else out)


def _train(clips: list[LabelledClip], settings: TrainingSettings, out: Path | None) -> None:
    # torch may be missing, and is slow to import.
    from modeling.training.onnx_export import ExportError
    from modeling.training.run import dry_run, train_checkpoint

    with plain_errors(ExportError):
        dry_run(clips, settings)
        typer.echo("dry run: every step works", err=True)
        if out is not None:
            _report(train_checkpoint(clips, settings, out), out)


def _report(manifest: Manifest, out: Path) -> None:
    typer.echo(event_table(training_record(manifest).by_event))
    typer.echo(f"{manifest.name} {manifest.version} is in {out}")


def main() -> None:
    """Entry point of `train-lstm-model`."""
    app()


if __name__ == "__main__":
    main()
