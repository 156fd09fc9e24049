"""The trained network for Core ML: iPhones, iPads and Macs. The file is a package, zipped."""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn

from contract.exports import Precision
from modeling.training.export.isolated.environment import Environment, own_torch
from modeling.training.export.torchscript import TORCHSCRIPT_NAME, write_torchscript

COREML_NAME = "model.mlpackage.zip"
PACKAGES = ("coremltools==9.0", "numpy==2.3.5")
NOT_RUN = "not checked by running: Core ML runs on Apple's systems only; its form was checked"


def write_coreml(
    input_name: str, precision: Precision, scorer: nn.Module, example: Tensor, path: Path
) -> None:
    """Write what gives probabilities (1, L) for one input, of floats as all arrays of Core ML.

    Raises ExportError and ExportInterrupted.
    """
    one = example[:1].float()
    with torch.no_grad():
        labels = scorer(one).shape[1]
    with TemporaryDirectory() as name:
        script = Path(name) / TORCHSCRIPT_NAME
        write_torchscript(scorer, one, script)
        shape = ",".join(map(str, one.shape))
        given = (script, input_name, shape, str(labels), path, precision)
        Environment((*PACKAGES, own_torch())).run("coreml_convert.py", *given)
