"""The trained network for TensorRT: an engine for the very GPU that it was built on."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from torch import Tensor, nn

from modeling.perception.detector.checkpoint import ONNX_NAME
from modeling.training.export.formats import ExportError, Score
from modeling.training.export.isolated.environment import Environment
from modeling.training.export.onnx import write_onnx

TENSORRT_NAME = "model.engine"
ENVIRONMENT = Environment(("tensorrt-cu12==10.16.1.11", "polygraphy==0.53.6", "numpy==2.3.5"))
AT_ONCE = 64


def write_tensorrt(input_name: str, scorer: nn.Module, example: Tensor, path: Path) -> None:
    """Write what gives probabilities (N, L) for up to 64 inputs.

    Raises ExportError, where there is no GPU before anything is downloaded, and ExportInterrupted.
    """
    require_gpu()
    with TemporaryDirectory() as name:
        onnx = Path(name) / ONNX_NAME
        write_onnx(input_name, scorer, example, onnx)
        shape = ",".join(map(str, example.shape[1:]))
        ENVIRONMENT.run("tensorrt_build.py", onnx, input_name, shape, str(AT_ONCE), path)


def tensorrt_scorer(path: Path) -> Score:
    """The file, as what the GPU scores; it raises as `write_tensorrt` does."""
    return ENVIRONMENT.scorer("tensorrt_scores.py", path, str(AT_ONCE))


def require_gpu() -> None:
    """Raise ExportError where no GPU of NVIDIA answers."""
    tool = shutil.which("nvidia-smi")
    if tool is None or subprocess.run([tool, "-L"], capture_output=True, check=False).returncode:  # noqa: S603
        raise ExportError(
            "TensorRT builds an engine for the GPU that it runs on: expected one of NVIDIA's, "
            "found none on this machine"
        )
