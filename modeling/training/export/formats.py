"""The trained network in the formats that others run, refused unless they score as torch does."""

import hashlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.perception.detector.checkpoint import ONNX_NAME
from modeling.training.export.onnx import onnx_scorer, write_onnx
from modeling.training.export.torchscript import (
    TORCHSCRIPT_NAME,
    torchscript_scorer,
    write_torchscript,
)

MAX_DIFFERENCE = 1e-4
MAX_HALF_DIFFERENCE = 5e-3

Inputs: TypeAlias = NDArray[Any]
"""(N, ...) of what a network takes."""

Score: TypeAlias = Callable[[Inputs], NDArray[np.float32]]
"""Inputs to (N, L) probabilities."""


Write: TypeAlias = Callable[[nn.Module, Tensor, Path], None]
"""A network that scores, and two inputs, to a file."""


class ExportError(Exception):
    """A network cannot be exported, or scores differently; the message says which, in one line."""


class ExportInterrupted(Exception):
    """What an export needs cannot be had now; another try may go well."""


@dataclass(frozen=True)
class Format:
    """A file that scores inputs without this project's code.

    It has no `scorer` where it cannot be run here, and `not_run` says why. `write_half` is how it
    keeps weights in 16 bits, where it has a way of its own.
    """

    name: str
    file: str
    write: Write
    scorer: Callable[[Path], Score] | None
    not_run: str = ""
    write_half: Write | None = None
    max_difference: float = MAX_DIFFERENCE


def onnx(input_name: str) -> Format:
    """ONNX, whose input has a name."""
    return Format("ONNX", ONNX_NAME, partial(write_onnx, input_name), onnx_scorer)


TORCHSCRIPT = Format("TorchScript", TORCHSCRIPT_NAME, write_torchscript, torchscript_scorer)


def export_network(
    scorer: nn.Module, folder: Path, inputs: Inputs, formats: Sequence[Format], at_once: int
) -> dict[str, float]:
    """Write every format into `folder`, each checked on all inputs, `at_once` at a time.

    Returns the largest difference in probability to torch by the name of each format that can be
    run here; raises ExportError when one is above what the format may have.
    """
    example = torch.from_numpy(np.zeros_like(inputs[:2], shape=(2, *inputs.shape[1:])))
    expected = in_blocks(partial(torch_scores, scorer), inputs, at_once)
    differences = {}
    for form in formats:
        form.write(scorer, example, folder / form.file)
        if form.scorer is None:
            continue
        scores = in_blocks(form.scorer(folder / form.file), inputs, at_once)
        difference = differences[form.name] = largest_difference(scores, expected)
        if not difference <= form.max_difference:
            raise ExportError(
                f"{form.name} and torch differ by {difference:.1e} in probability, "
                f"expected at most {form.max_difference:.0e}"
            )
    return differences


def gpu_difference(scorer: nn.Module, inputs: Inputs, at_once: int) -> dict[str, float]:
    """The largest difference between torch on this machine's GPU and on its processor, by name.

    Nothing where there is no GPU. It is shown, and refuses nothing: the product uses no GPU.
    """
    if not torch.cuda.is_available():
        return {}
    expected = in_blocks(partial(torch_scores, scorer), inputs, at_once)
    on_gpu = partial(torch_scores, deepcopy(scorer).cuda(), device="cuda")
    there = in_blocks(on_gpu, inputs, at_once)
    return {f"torch on {torch.cuda.get_device_name()}": largest_difference(there, expected)}


def in_blocks(score: Score, inputs: Inputs, at_once: int) -> NDArray[np.float32]:
    """Score inputs, of which there is one at least, without holding all the states at once."""
    starts = range(0, len(inputs), at_once)
    return np.concatenate([score(inputs[start : start + at_once]) for start in starts])


def torch_scores(scorer: nn.Module, inputs: Inputs, device: str = "cpu") -> NDArray[np.float32]:
    """Inputs to (N, L) probabilities."""
    with torch.no_grad():
        scores: NDArray[np.float32] = scorer(torch.from_numpy(inputs).to(device)).cpu().numpy()
    return scores


def largest_difference(scores: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Over all inputs and labels; NaN where a score is none."""
    return float(np.abs(scores - expected).max())


def weights_version(network: nn.Module) -> str:
    """Eight hexadecimal digits that change with any weight."""
    digest = hashlib.sha256()
    for tensor in network.state_dict().values():
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()[:8]
