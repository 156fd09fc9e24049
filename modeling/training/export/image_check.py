"""The trained network as ONNX, refused unless it scores as torch does."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from modeling.perception.detector.checkpoint import ONNX_NAME
from modeling.perception.detector.onnx_session import open_session
from modeling.training.export.check import MAX_DIFFERENCE, ExportError, largest_difference
from modeling.training.export.onnx import write_program
from modeling.training.images.fit import SCORED_AT_ONCE, in_layout, scores
from modeling.training.images.record import ImageExport


def export_scorer(scorer: nn.Module, folder: Path, inputs: NDArray[np.uint8]) -> ImageExport:
    """Write `model.onnx` into `folder`, checked on (N, *input_shape) pictures.

    Raises ExportError when a probability differs from torch's by more than 1e-4.
    """
    path = folder / ONNX_NAME
    in_layout(scorer, torch.contiguous_format)
    write_program(scorer, "pictures", torch.from_numpy(inputs[:2]), path)
    difference = largest_difference(onnx_scores(path, inputs), scores(scorer, inputs))
    if not difference <= MAX_DIFFERENCE:
        raise ExportError(
            f"ONNX and torch differ by {difference:.1e} in probability, "
            f"expected at most {MAX_DIFFERENCE:.0e}"
        )
    return ImageExport(pictures=len(inputs), difference=difference)


def onnx_scores(path: Path, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, *input_shape) pictures to (N, L) probabilities, by the file."""
    session = open_session(path)
    parts = range(0, len(inputs), SCORED_AT_ONCE)
    return np.concatenate(
        [session.run(None, {"pictures": inputs[i : i + SCORED_AT_ONCE]})[0] for i in parts]
    )
