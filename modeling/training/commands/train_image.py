"""`train-image-model`: recordings to the checkpoint folder of an image model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from common.cli import create_cli, plain_errors, stoppable
from modeling.perception.detector.checkpoint import CHECKPOINTS
from modeling.perception.images.registry import TASKS
from modeling.training.commands.training import (
    STOPPED,
    Folds,
    Fresh,
    OnlyDryRun,
    Seed,
    TorchMissingError,
    require_torch,
    try_and_train,
)
from modeling.training.datasets.adapters.registry import REFERENCE, read_from
from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.source import SourceError
from modeling.training.images.record import ImageRecord
from modeling.training.images.settings import ImageSettings
from modeling.training.report.tables import class_table

DEFAULT_DATA = Path("data/vision")
DEFAULTS = ImageSettings()

app = create_cli()


@app.command()
def train(
    task: Annotated[str, typer.Argument(help=f"The model, one of {', '.join(TASKS)}.")],
    source: Annotated[
        list[str], typer.Option("--from", metavar="NAME[=FOLDER]", help="Learn from; repeatable.")
    ] = [REFERENCE.name],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(help="Checkpoint folder to write, instead of the one that ships.")
    ] = None,
    seed: Seed = DEFAULTS.seed,
    folds: Folds = DEFAULTS.folds,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes, instead of the recipe's own number.")
    ] = None,
    data: Annotated[
        Path, typer.Option(help="Where predictions go, and a stopped run keeps what it learnt.")
    ] = DEFAULT_DATA,
    fresh: Fresh = False,
    only_dry_run: OnlyDryRun = False,
) -> None:
    """Train an image model: cross-validate by group, fit to all, write weights and card.

    Stop it at any time: the same command goes on after the last finished epoch. What the folds'
    networks say of every frame goes to predictions.npz in --data.
    """
    if task not in TASKS:
        raise typer.BadParameter(f"{task!r} is none of {', '.join(TASKS)}")
    with (
        stoppable(STOPPED),
        plain_errors(SourceError, SplitError, TorchMissingError, ImportError, OSError),
    ):
        require_torch()
        recordings = [recording for given in source for recording in read_from(given)]
        varied: dict[str, Any] = {"seed": seed, "folds": folds}
        varied |= {"epochs": epochs} if epochs else {}
        _train(task, recordings, varied, out or CHECKPOINTS / task, data, fresh, only_dry_run)


def _train(
    task: str,
    recordings: Sequence[Recording],
    varied: dict[str, Any],
    out: Path,
    data: Path,
    fresh: bool,
    only_dry_run: bool,
) -> None:
    # torch may be missing, and is slow to import; frames need the group `agent`.
    from modeling.perception.frames.video import VideoError
    from modeling.training.images.recipes import RECIPES
    from modeling.training.images.training import ImageTraining, brief

    recipe = RECIPES[task]
    settings = replace(recipe.settings, **varied)
    with plain_errors(VideoError):
        manifest = try_and_train(
            lambda scratch: brief(recipe, settings, recordings, scratch),
            lambda: ImageTraining.of(recipe, settings, recordings, data / task),
            out,
            data / "stopped",
            fresh=fresh,
            only_dry_run=only_dry_run,
        )
    if manifest is not None:
        typer.echo(class_table(ImageRecord.model_validate(manifest.metrics).examples))
        typer.echo(f"{manifest.name} {manifest.version} is in {out}")


if __name__ == "__main__":
    app()
