"""The trained network as the program of torch.export: a file that torch runs, or compiles ahead."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.export import Dim

PT2_NAME = "model.pt2"
TRACES = ("stack_trace", "nn_module_stack", "source_fn_stack", "from_node")
"""What torch notes of a step: with paths of this machine, and of use to nobody who runs it."""


def write_pt2(scorer: nn.Module, example: Tensor, path: Path) -> None:
    """Write what gives probabilities (N, L) for any N; `example` (2, ...) is an input."""
    _write(scorer, example, Dim("count", min=1), path)


def write_pt2_of_one(scorer: nn.Module, example: Tensor, path: Path) -> None:
    """Write what scores one input at a time, for converters that need to know how many."""
    _write(scorer, example[:1], None, path)


def pt2_scorer(path: Path) -> Callable[[NDArray[Any]], NDArray[np.float32]]:
    """The file, as what scores its inputs."""
    program = torch.export.load(path).module()

    def score(inputs: NDArray[Any]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = program(torch.from_numpy(inputs)).detach().numpy()
        return scores

    return score


def _write(scorer: nn.Module, example: Tensor, count: Dim | None, path: Path) -> None:
    with warnings.catch_warnings():
        # An LSTM notes its weights in a list of its own, which no step of the program reads.
        warnings.filterwarnings("ignore", "The tensor attributes? .* assigned during export")
        program = torch.export.export(scorer, (example,), dynamic_shapes=({0: count},))
    for node in program.graph.nodes:
        for trace in TRACES:
            node.meta.pop(trace, None)
    torch.export.save(program, path)
