"""`export-lstm-model`: the trained weights of a checkpoint in the formats that others run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from common.cli import create_cli, plain_errors
from contract.exports import ExportFormat, Precision
from modeling.perception.detector.checkpoint import (
    DEFAULT_CHECKPOINT,
    CheckpointError,
    Manifest,
    Normalization,
    load_manifest,
    save_manifest,
)
from modeling.training.commands.training import TorchMissingError, require_torch
from modeling.training.comparison.results import add_evaluation
from modeling.training.datasets.clips import DatasetError, LabelledClip, load_dataset
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.card import write_card
from modeling.training.export.inputs import random_windows

if TYPE_CHECKING:
    from modeling.training.export.formats import Format

app = create_cli()


@app.command()
def export(
    checkpoint: Annotated[
        Path, typer.Argument(help="Checkpoint folder; its exports are replaced.")
    ] = DEFAULT_CHECKPOINT,
    dataset: Annotated[
        Path | None, typer.Option(help="Compare on this dataset. Default: on random windows.")
    ] = None,
    evaluation: Annotated[
        Path | None,
        typer.Option(
            help="evaluation.json of the same settings, whose figures the card is to show."
        ),
    ] = None,
    kind: Annotated[
        list[ExportFormat],
        typer.Option("--format", help="Repeatable. Default: ONNX and TorchScript."),
    ] = [],  # noqa: B006
    precision: Annotated[
        Precision, typer.Option(help="Weights of 32 bits, or of 16 in files of their own.")
    ] = Precision.FULL,
) -> None:
    """Export the weights to ONNX and TorchScript or other formats, each compared with torch.

    A difference in probability above 1e-4 is refused, of half precision above 5e-3, and the files
    stay as they were.
    """
    with plain_errors(CheckpointError, DatasetError, TorchMissingError, OSError):
        require_torch()
        manifest = load_manifest(checkpoint)
        described = None if evaluation is None else add_evaluation(manifest, evaluation)
        clips = None if dataset is None else load_dataset(dataset)
        _export(checkpoint, manifest.normalization, clips, described, _formats(kind, precision))


def _formats(kinds: Sequence[ExportFormat], precision: Precision) -> "list[Format]":
    # torch may be missing, and is slow to import.
    from modeling.training.detectors.training import FORMATS
    from modeling.training.export.registry import format_of, in_half

    forms = [format_of(kind, "windows") for kind in kinds] or list(FORMATS)
    return [in_half(form) for form in forms] if precision is Precision.HALF else forms


def _export(
    checkpoint: Path,
    normalization: Normalization,
    clips: list[LabelledClip] | None,
    described: Manifest | None,
    forms: "Sequence[Format]",
) -> None:
    # torch may be missing, and is slow to import.
    from modeling.training.detectors.fit import normalize
    from modeling.training.detectors.network import load_weights, probabilities
    from modeling.training.detectors.training import AT_ONCE
    from modeling.training.export.files import replacing_files
    from modeling.training.export.formats import (
        ExportError,
        ExportInterrupted,
        export_network,
        gpu_difference,
    )

    scorer = probabilities(load_weights(checkpoint))
    windows = random_windows() if clips is None else plain_windows(clips)
    normalized = normalize(windows, normalization)
    errors = plain_errors(ExportError, ExportInterrupted)
    with errors, replacing_files(checkpoint) as scratch:
        differences = export_network(scorer, scratch, normalized, forms, AT_ONCE)
        if described is not None:
            save_manifest(scratch, described)
            write_card(scratch, described)
    differences |= gpu_difference(scorer, normalized, AT_ONCE)
    for name, difference in differences.items():
        typer.echo(
            f"{name}: differs from torch by at most {difference:.1e} in probability "
            f"over {len(windows)} windows"
        )
    for form in forms:
        if form.not_run:
            typer.echo(f"{form.name}: {form.not_run}")


def plain_windows(clips: Sequence[LabelledClip]) -> NDArray[np.float32]:
    """All (N, 16, F) windows of the clips as they are."""
    return np.concatenate([ClipWindows.of(clip).counted_features() for clip in clips])


if __name__ == "__main__":
    app()
