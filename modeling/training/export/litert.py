"""The trained network for LiteRT, which was called TensorFlow Lite: telephones and small boards.

Its converter needs to know how many inputs come at once: the file scores one.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from torch import Tensor, nn

from contract.exports import Precision
from modeling.training.export.formats import Score
from modeling.training.export.isolated.environment import Environment, own_torch
from modeling.training.export.pt2 import PT2_NAME, write_pt2_of_one

LITERT_NAME = "model.tflite"
CONVERTER = "litert-torch==0.10.0"
INTERPRETER = Environment(("ai-edge-litert==2.3.0", "numpy==2.3.5"))


def write_litert(precision: Precision, scorer: nn.Module, example: Tensor, path: Path) -> None:
    """Write what gives probabilities (1, L); raises ExportError and ExportInterrupted."""
    with TemporaryDirectory() as name:
        program = Path(name) / PT2_NAME
        write_pt2_of_one(scorer, example, program)
        Environment((CONVERTER, own_torch())).run("litert_convert.py", program, path, precision)


def litert_scorer(path: Path) -> Score:
    """The file, as what LiteRT's own interpreter scores; it raises as `write_litert` does."""
    return INTERPRETER.scorer("litert_scores.py", path)
