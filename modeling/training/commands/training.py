"""What the commands share that train: their options, the dry run, and how a stopped run goes on."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from pydantic import BaseModel

from common.cli import plain_errors

if TYPE_CHECKING:
    from modeling.training.datasets.examples import Examples
    from modeling.training.run import Training

STOPPED = "stopped: the same command goes on after the last finished epoch"

Seed = Annotated[int, typer.Option(min=0, help="The same seed, the same weights.")]
Folds = Annotated[int, typer.Option(min=2, help="Parts of the validation.")]
Epochs = Annotated[int, typer.Option(min=1, help="Passes over the examples.")]
Takes = Annotated[int, typer.Option(min=1, help="Variants of each clip.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Do not go on with a run that was stopped.")]
OnlyDryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only try every step on a few clips; keep nothing.")
]

E = TypeVar("E", bound="Examples")
F = TypeVar("F")
M = TypeVar("M", bound=BaseModel)


class TorchMissingError(Exception):
    """A command that trains or exports was started without torch."""


def require_torch() -> None:
    """Raise TorchMissingError, which says how to install torch, where it is not installed."""
    if find_spec("torch") is None:
        raise TorchMissingError(
            "this command needs torch: uv pip install torch --torch-backend=cpu"
        )


def try_and_train(
    brief: "Callable[[Path], Training[E, F, M]]",
    whole: "Callable[[], Training[E, F, M]]",
    out: Path,
    kept: Path,
    *,
    fresh: bool,
    only_dry_run: bool,
) -> M | None:
    """Try every step on a few clips, then train; the manifest, None where that was all.

    `kept` is where a run that is stopped keeps what it has learnt.
    """
    # torch may be missing, and is slow to import.
    from modeling.training import run
    from modeling.training.export.formats import ExportError
    from modeling.training.runs.snapshots import SnapshotError

    with plain_errors(ExportError, SnapshotError):
        run.dry_run(brief)
        _say("dry run: every step works")
        if only_dry_run:
            return None
        return run.resume_or_start(whole(), out, kept, _say, fresh=fresh)


def _say(line: str) -> None:
    typer.echo(line, err=True)
