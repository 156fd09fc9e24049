"""`export-lstm-model`: the trained weights of a checkpoint in the formats that others run."""

from pathlib import Path
from typing import Annotated

import typer

from common.cli import create_cli, plain_errors
from modeling.perception.detector.checkpoint import (
    DEFAULT_CHECKPOINT,
    CheckpointError,
    Manifest,
    Normalization,
    load_manifest,
    save_manifest,
)
from modeling.training.datasets.clips import DatasetError, LabelledClip, load_dataset
from modeling.training.detectors.card import write_card
from modeling.training.detectors.record import add_evaluation
from modeling.training.torch_extra import TorchMissingError, require_torch

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
) -> None:
    """Export the weights to ONNX and TorchScript, each compared with torch.

    A difference in probability above 1e-4 is refused, and the files stay as they were.
    """
    with plain_errors(CheckpointError, DatasetError, TorchMissingError, OSError):
        require_torch()
        manifest = load_manifest(checkpoint)
        described = None if evaluation is None else add_evaluation(manifest, evaluation)
        clips = None if dataset is None else load_dataset(dataset)
        _export(checkpoint, manifest.normalization, clips, described)


def _export(
    checkpoint: Path,
    normalization: Normalization,
    clips: list[LabelledClip] | None,
    described: Manifest | None,
) -> None:
    # torch may be missing, and is slow to import.
    from modeling.training.detectors.network import load_weights
    from modeling.training.detectors.normalization import normalize
    from modeling.training.export import check

    network = load_weights(checkpoint)
    windows = check.random_windows() if clips is None else check.plain_windows(clips)
    normalized = normalize(windows, normalization)
    with plain_errors(check.ExportError), check.replacing_files(checkpoint) as scratch:
        differences = check.export_network(network, scratch, normalized)
        if described is not None:
            save_manifest(scratch, described)
            write_card(scratch, described)
    differences |= check.gpu_difference(network, normalized)
    for name, difference in differences.items():
        typer.echo(
            f"{name}: differs from torch by at most {difference:.1e} in probability "
            f"over {len(windows)} windows"
        )


def main() -> None:
    """Entry point of `export-lstm-model`."""
    app()


if __name__ == "__main__":
    main()
