"""The trained network as ONNX, refused unless both give the same scores."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import nn

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.checkpoint import ONNX_NAME
from modeling.training.network import AttentionLstm, probabilities

MAX_DIFFERENCE = 1e-4


class ExportError(Exception):
    """The exported network scores differently; the message states by how much."""


def export_onnx(network: AttentionLstm, folder: Path, normalized: NDArray[np.float32]) -> float:
    """Write `model.onnx`, checked on (N, 16, F) normalised windows.

    Returns the largest difference in probability between torch and ONNX Runtime; raises
    ExportError, and writes nothing, when it is above 1e-4.
    """
    with TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / ONNX_NAME
        scorer = probabilities(network)
        _write(scorer, path)
        difference = largest_difference(scorer, path, normalized)
        if not difference <= MAX_DIFFERENCE:
            raise ExportError(
                f"ONNX and torch differ by {difference:.1e}, expected at most {MAX_DIFFERENCE:.0e}"
            )
        path.replace(folder / ONNX_NAME)
    return difference


def largest_difference(scorer: nn.Module, path: Path, normalized: NDArray[np.float32]) -> float:
    """The largest difference in probability over (N, 16, F) normalised windows."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    exported = session.run(None, {"windows": normalized})[0]
    with torch.no_grad():
        expected = scorer(torch.from_numpy(normalized)).numpy()
    return float(np.abs(exported - expected).max())


def _write(scorer: nn.Module, path: Path) -> None:
    with _quiet_exporter():
        program = torch.onnx.export(
            scorer,
            (torch.zeros(2, WINDOW_LENGTH, FEATURE_COUNT),),
            dynamo=True,
            input_names=["windows"],
            output_names=["probabilities"],
            dynamic_shapes=({0: torch.export.Dim("count", min=1)},),
            verbose=False,
        )
    if program is None:
        raise ExportError("the exporter of torch returned no program")
    model = program.model_proto
    for node in [*model.graph.node, *(n for function in model.functions for n in function.node)]:
        node.ClearField("metadata_props")  # stack traces with the paths of this machine
    path.write_bytes(model.SerializeToString())


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Hold back the exporter's notes on torchvision and on its own deprecations."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
