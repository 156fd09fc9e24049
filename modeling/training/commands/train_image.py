"""`train-image-model`: recordings to the checkpoint folder of an image model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from common.cli import create_cli, plain_errors, stoppable
from modeling.perception.detector.checkpoint import CHECKPOINTS
from modeling.training.datasets.adapters.registry import REFERENCE, read_from
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.source import SourceError
from modeling.training.datasets.splits import SplitError
from modeling.training.images.settings import Varied
from modeling.training.options import ImageTaskName
from modeling.training.torch_extra import TorchMissingError, require_torch

DEFAULT_DATA = Path("data/vision")
STOPPED = "stopped: the same command goes on after the last finished epoch"

app = create_cli()


@app.command()
def train(
    task: Annotated[ImageTaskName, typer.Argument(help="What the model is to say.")],
    source: Annotated[
        list[str], typer.Option("--from", metavar="NAME[=FOLDER]", help="Learn from; repeatable.")
    ] = [REFERENCE.name],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(help="Checkpoint folder to write, instead of the one that ships.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same weights.")] = 0,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the validation.")] = 5,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes, instead of the recipe's own number.")
    ] = None,
    data: Annotated[
        Path, typer.Option(help="Where predictions go, and a stopped run keeps what it learnt.")
    ] = DEFAULT_DATA,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do not go on with a run that was stopped.")
    ] = False,
    only_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try every step on a few clips; keep nothing.")
    ] = False,
) -> None:
    """Train an image model: cross-validate by group, fit to all, write weights and card.

    Stop it at any time: the same command goes on after the last finished epoch. What the folds'
    networks say of every frame goes to predictions.npz in --data.
    """
    with (
        stoppable(STOPPED),
        plain_errors(SourceError, SplitError, TorchMissingError, ImportError, OSError),
    ):
        require_torch()
        recordings = [recording for given in source for recording in read_from(given)]
        varied = Varied(seed, folds, epochs)
        _dry_run(task, varied, recordings)
        if not only_dry_run:
            _train(task, varied, recordings, out or CHECKPOINTS / task, data, fresh)


# torch may be missing, and is slow to import: the modules that need it are imported late.


def _dry_run(task: ImageTaskName, varied: Varied, recordings: Sequence[Recording]) -> None:
    from modeling.perception.frames.video import VideoError
    from modeling.training import run
    from modeling.training.export.formats import ExportError
    from modeling.training.images.recipes import RECIPES
    from modeling.training.images.training import brief

    recipe = RECIPES[task]
    settings = varied.applied_to(recipe.settings)
    with plain_errors(ExportError, VideoError):
        run.dry_run(lambda scratch: brief(recipe, settings, recordings, scratch))
    typer.echo("dry run: every step works", err=True)


def _train(
    task: ImageTaskName,
    varied: Varied,
    recordings: Sequence[Recording],
    out: Path,
    data: Path,
    fresh: bool,
) -> None:
    from modeling.perception.frames.video import VideoError
    from modeling.training import run
    from modeling.training.export.formats import ExportError
    from modeling.training.images.recipes import RECIPES
    from modeling.training.images.record import ImageRecord
    from modeling.training.images.training import ImageTraining
    from modeling.training.report.image_tables import class_table
    from modeling.training.runs.snapshots import SnapshotError

    recipe = RECIPES[task]
    settings = varied.applied_to(recipe.settings)
    with plain_errors(ExportError, SnapshotError, VideoError):
        training = ImageTraining.of(recipe, settings, recordings, data / task)
        manifest = run.resume_or_start(training, out, data / "stopped", _say, fresh=fresh)
    typer.echo(class_table(ImageRecord.model_validate(manifest.metrics).examples))
    typer.echo(f"{manifest.name} {manifest.version} is in {out}")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def main() -> None:
    """Entry point of `train-image-model`."""
    app()


if __name__ == "__main__":
    main()
