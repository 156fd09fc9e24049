"""`export-lstm-model`: the trained weights of a checkpoint as ONNX."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.checkpoint import (
    DEFAULT_CHECKPOINT,
    ONNX_NAME,
    CheckpointError,
    Normalization,
    load_manifest,
)
from modeling.cli import create_cli, plain_errors
from modeling.training.dataset import DatasetError, Examples, clip_examples, load_dataset
from modeling.training.torch_extra import TorchMissingError, require_torch

RANDOM_WINDOWS = 1000

app = create_cli()


@app.command()
def export(
    checkpoint: Annotated[
        Path, typer.Argument(help="Checkpoint folder; its model.onnx is replaced.")
    ] = DEFAULT_CHECKPOINT,
    dataset: Annotated[
        Path | None, typer.Option(help="Compare on this dataset. Default: on random windows.")
    ] = None,
) -> None:
    """Export the weights to ONNX, checked against torch: a difference above 1e-4 is refused."""
    with plain_errors(CheckpointError, DatasetError, TorchMissingError, OSError):
        manifest = load_manifest(checkpoint)
        windows = random_windows() if dataset is None else dataset_windows(dataset)
        require_torch()
        _export(checkpoint, windows, manifest.normalization)


def random_windows() -> NDArray[np.float32]:
    """(1000, 16, F) windows of normally distributed features, the same each time."""
    shape = (RANDOM_WINDOWS, WINDOW_LENGTH, FEATURE_COUNT)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def dataset_windows(folder: Path) -> NDArray[np.float32]:
    """All (N, 16, F) windows of a dataset."""
    clips = load_dataset(folder)
    return Examples.concatenate([clip_examples(clip) for clip in clips]).features


def _export(checkpoint: Path, windows: NDArray[np.float32], normalization: Normalization) -> None:
    # torch may be missing, and is slow to import.
    from modeling.training.fit import normalize
    from modeling.training.network import load_weights
    from modeling.training.onnx_export import ExportError, export_onnx

    with plain_errors(CheckpointError, ExportError):
        network = load_weights(checkpoint)
        difference = export_onnx(network, checkpoint, normalize(windows, normalization))
    typer.echo(
        f"{checkpoint / ONNX_NAME}: differs from torch by at most {difference:.1e} "
        f"in probability over {len(windows)} windows"
    )


def main() -> None:
    """Entry point of `export-lstm-model`."""
    app()


if __name__ == "__main__":
    main()
