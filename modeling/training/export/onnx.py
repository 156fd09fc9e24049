"""The trained network as ONNX, which is what the camera box and the server run."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.training.evaluate.scoring import Scorer


def write_onnx(scorer: nn.Module, path: Path) -> None:
    """Write normalised windows (N, 16, F) to probabilities (N, L), for any N."""
    write_program(scorer, "windows", torch.zeros(2, WINDOW_LENGTH, FEATURE_COUNT), path)


def write_program(scorer: nn.Module, input_name: str, example: Tensor, path: Path) -> None:
    """Write what gives probabilities (N, L) for any N; `example` is an input of at least two.

    The same weights give the same bytes.
    """
    with _quiet_exporter():
        program = torch.onnx.export(
            scorer,
            (example,),
            dynamo=True,
            input_names=[input_name],
            output_names=["probabilities"],
            dynamic_shapes=({0: torch.export.Dim("count", min=1)},),
            verbose=False,
        )
    if program is None:
        raise RuntimeError("the exporter of torch returned no program")
    model = program.model_proto
    # The exporter's notes: stack traces with paths of this machine, and what it exported before.
    for noted in [model.graph, *model.graph.node, *(n for f in model.functions for n in f.node)]:
        noted.ClearField("metadata_props")
    path.write_bytes(model.SerializeToString())


def onnx_scorer(path: Path) -> Scorer:
    """The file, as what scores windows."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # the same sums on any number of cores
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def score(normalized: NDArray[np.float32]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = session.run(None, {"windows": normalized})[0]
        return scores

    return score


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
