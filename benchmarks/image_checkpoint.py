"""Image checkpoints to load a server with: the project's, or untrained ones of the same kind."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from modeling.perception.detector.checkpoint import (
    DEFAULT_CHECKPOINT,
    MANIFEST_NAME,
    ONNX_NAME,
    save_manifest,
)
from modeling.perception.images.model import ImageManifest
from modeling.perception.images.registry import TASKS
from modeling.perception.images.task import ImageTask

CHANNELS = (16, 32, 64, 128)


@contextmanager
def checkpoints() -> Iterator[Path]:
    """A folder with a checkpoint for each image model."""
    shipped = DEFAULT_CHECKPOINT.parent
    if all((shipped / name / MANIFEST_NAME).is_file() for name in TASKS):
        yield shipped
        return
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        for task in TASKS.values():
            write_untrained(Path(name) / task.name, task)
        yield Path(name)


def write_untrained(folder: Path, task: ImageTask, version: str = "untrained") -> None:
    """Four convolutions that halve the picture, and a layer on their means."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_network(task), folder / ONNX_NAME)
    manifest = ImageManifest(
        name=task.name,
        version=version,
        preprocessing=task.preprocessing,
        labels=task.labels,
        metrics={},
    )
    save_manifest(folder, manifest)


def _network(task: ImageTask) -> onnx.ModelProto:
    random, weights = np.random.default_rng(0), []
    nodes = [helper.make_node("Cast", ["pictures"], ["x0"], to=TensorProto.FLOAT)]
    inputs = task.input_shape[0]
    for number, outputs in enumerate(CHANNELS):
        kernel = random.normal(0, 0.1, (outputs, inputs, 3, 3)).astype(np.float32)
        weights.append(numpy_helper.from_array(kernel, f"w{number}"))
        names = [f"x{number}", f"w{number}"]
        output = [f"y{number}"]
        nodes.append(helper.make_node("Conv", names, output, strides=[2, 2], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"y{number}"], [f"x{number + 1}"]))
        inputs = outputs
    last = random.normal(0, 1e-4, (inputs, len(task.labels))).astype(np.float32)
    weights.append(numpy_helper.from_array(last, "last"))
    nodes += [
        helper.make_node("ReduceMean", [f"x{len(CHANNELS)}"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["means", "last"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"]),
    ]
    shape: list[str | int | None] = ["n", *task.input_shape]
    pictures = helper.make_tensor_value_info("pictures", TensorProto.UINT8, shape)
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(task.labels)])
    graph = helper.make_graph(nodes, "untrained", [pictures], [scores], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
