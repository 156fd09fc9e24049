"""The trained network as ONNX, which is what the camera box and the server run."""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.perception.detector.onnx_session import open_session

Shapes: TypeAlias = tuple[dict[int, Any] | None, ...]


def write_onnx(input_name: str, scorer: nn.Module, example: Tensor, path: Path) -> None:
    """Write what gives probabilities (N, L) for any N; `example` (2, ...) is an input.

    The same weights give the same bytes.
    """
    count = {0: torch.export.Dim("count", min=1)}
    path.write_bytes(onnx_bytes(scorer, {input_name: example}, "probabilities", (count,)))


def onnx_bytes(
    network: nn.Module, examples: Mapping[str, Tensor], output_name: str, shapes: Shapes
) -> bytes:
    """The network as ONNX; `examples` are its inputs by the names that they get there.

    `shapes` says of each input which of its dimensions may be of any length.
    """
    with _quiet_exporter():
        program = torch.onnx.export(
            network,
            tuple(examples.values()),
            dynamo=True,
            input_names=list(examples),
            output_names=[output_name],
            dynamic_shapes=shapes,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("the exporter of torch returned no program")
    model = program.model_proto
    # The exporter's notes: stack traces with paths of this machine, and what it exported before.
    for noted in [model.graph, *model.graph.node, *(n for f in model.functions for n in f.node)]:
        noted.ClearField("metadata_props")
    written: bytes = model.SerializeToString()
    return written


def onnx_scorer(path: Path) -> Callable[[NDArray[Any]], NDArray[np.float32]]:
    """The file, as what scores its inputs."""
    session = open_session(path)
    name = session.get_inputs()[0].name

    def score(inputs: NDArray[Any]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = session.run(None, {name: inputs})[0]
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
