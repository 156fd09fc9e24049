"""A look's network as ONNX, refused unless it gives what torch gives."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from contract.looks import LookMethod
from modeling.perception.detector.onnx_session import open_session
from modeling.training.export.formats import MAX_DIFFERENCE, ExportError
from modeling.training.export.onnx import onnx_bytes
from modeling.training.looks.methods import METHODS

CHECKED_ON = 4096


def write_look(network: nn.Module, method: LookMethod, path: Path) -> float:
    """Write it; the largest difference to torch over random colours. Raises ExportError."""
    way = METHODS[method]
    colours = torch.rand(CHECKED_ON, 3, generator=torch.Generator().manual_seed(0))
    inputs: dict[str, Tensor] = {"colours": colours, **way.inputs}
    path.write_bytes(onnx_bytes(network.eval(), inputs, "changed", way.shapes))
    with torch.no_grad():
        expected = network(*inputs.values()).numpy()
    (given,) = open_session(path).run(None, {name: each.numpy() for name, each in inputs.items()})
    difference = float(np.abs(given - expected).max())
    if not difference <= MAX_DIFFERENCE:
        raise ExportError(f"ONNX differs by {difference:.0e} from torch, expected {MAX_DIFFERENCE}")
    return difference
