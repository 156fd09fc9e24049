"""The trained network as TorchScript: a file that only torch runs, in Python or in C++.

PyTorch has deprecated TorchScript in favour of `.pt2` (torch.export), which is in `pt2.py`.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

TORCHSCRIPT_NAME = "model.torchscript"


def write_torchscript(scorer: nn.Module, example: Tensor, path: Path) -> None:
    """Write what gives probabilities (N, L) for any N, on the processor; `example` is an input.

    The same weights give the same bytes.
    """
    frozen = deepcopy(scorer).requires_grad_(requires_grad=False)
    with _quiet_tracer():
        # A traced module is named by what was traced before it; a function has no name.
        function = torch.jit.trace(  # type: ignore[no-untyped-call]
            lambda given: frozen(given), example
        )
        torch.jit.save(function, str(path))
    _strip(path)


def torchscript_scorer(path: Path) -> Callable[[NDArray[Any]], NDArray[np.float32]]:
    """The file, as what scores its inputs."""
    with _quiet_tracer():
        function = torch.jit.load(str(path))  # type: ignore[no-untyped-call]

    def score(inputs: NDArray[Any]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = function(torch.from_numpy(inputs)).numpy()
        return scores

    return score


def _strip(path: Path) -> None:
    """Leave out the stack traces, with paths of this machine, and the digest of the file with them.

    Nothing runs by them.
    """
    with ZipFile(path) as archive:
        records = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w") as archive:
        for name, record in records.items():
            if not name.endswith((".debug_pkl", "/serialization_id")):
                archive.writestr(ZipInfo(name), record)  # dated 1980


@contextmanager
def _quiet_tracer() -> Iterator[None]:
    """Hold back the deprecation, and doubts about branches, which the check answers."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "Converting a tensor to a Python boolean")
        yield
