"""All formats: adding one is a file beside this one, and a row here."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import Tensor, nn

from contract.exports import ExportFormat, Precision
from modeling.training.export.coreml import COREML_NAME, NOT_RUN, write_coreml
from modeling.training.export.formats import (
    MAX_HALF_DIFFERENCE,
    TORCHSCRIPT,
    Format,
    Write,
    onnx,
)
from modeling.training.export.half import with_half_weights
from modeling.training.export.litert import LITERT_NAME, litert_scorer, write_litert
from modeling.training.export.pt2 import PT2_NAME, pt2_scorer, write_pt2
from modeling.training.export.tensorrt import TENSORRT_NAME, tensorrt_scorer, write_tensorrt

PT2 = Format("torch.export", PT2_NAME, write_pt2, pt2_scorer)
LITERT = Format(
    "LiteRT",
    LITERT_NAME,
    partial(write_litert, Precision.FULL),
    litert_scorer,
    write_half=partial(write_litert, Precision.HALF),
)


def format_of(kind: ExportFormat, input_name: str) -> Format:
    """The format, for a network whose input has this name."""
    match kind:
        case ExportFormat.ONNX:
            return onnx(input_name)
        case ExportFormat.TORCHSCRIPT:
            return TORCHSCRIPT
        case ExportFormat.PT2:
            return PT2
        case ExportFormat.LITERT:
            return LITERT
        case ExportFormat.COREML:
            return coreml(input_name)
        case ExportFormat.TENSORRT:
            return tensorrt(input_name)


def coreml(input_name: str) -> Format:
    """Core ML, whose input has a name; it is not run."""
    write = partial(write_coreml, input_name)
    full, half = partial(write, Precision.FULL), partial(write, Precision.HALF)
    return Format("Core ML", COREML_NAME, full, None, NOT_RUN, half)


def tensorrt(input_name: str) -> Format:
    """TensorRT, whose input has a name."""
    return Format("TensorRT", TENSORRT_NAME, partial(write_tensorrt, input_name), tensorrt_scorer)


def in_half(form: Format) -> Format:
    """The same format with weights of 16 bits."""
    return replace(
        form,
        name=f"{form.name} in half precision",
        file=form.file.replace("model.", "model.half.", 1),
        write=form.write_half or partial(_write_halves, form.write),
        max_difference=MAX_HALF_DIFFERENCE,
    )


def _write_halves(write: Write, scorer: nn.Module, example: Tensor, path: Path) -> None:
    write(with_half_weights(scorer), example, path)
