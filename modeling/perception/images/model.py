"""An image model at run time: prepared pictures to scores on ONNX Runtime, without torch."""

from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from modeling.perception.detector.checkpoint import (
    ONNX_NAME,
    CheckpointError,
    check_digest,
    read_manifest,
)
from modeling.perception.detector.onnx_session import open_session
from modeling.perception.images.task import ImageTask


class ImageManifest(BaseModel):
    """What must be known to run the weights, and how they were measured.

    `weights_sha256` (hexadecimal) ties them to their file: one that is not theirs is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    preprocessing: str
    labels: tuple[str, ...]
    metrics: dict[str, Any]
    weights_sha256: str | None = None


class ImageModel:
    """A loaded checkpoint. Thread-safe: an ONNX Runtime session runs from any thread."""

    def __init__(
        self, task: ImageTask, manifest: ImageManifest, session: ort.InferenceSession
    ) -> None:
        self.task = task
        self.manifest = manifest
        self._session = session

    @classmethod
    def load(cls, task: ImageTask, folder: Path) -> Self:
        """Load the checkpoint and try it on one picture; raises CheckpointError."""
        manifest = read_manifest(folder, ImageManifest)
        expected = (task.name, task.preprocessing, task.labels)
        if (manifest.name, manifest.preprocessing, manifest.labels) != expected:
            raise CheckpointError(f"{folder} is no checkpoint for {expected}")
        check_digest(folder / ONNX_NAME, manifest.weights_sha256)
        model = cls(task, manifest, open_session(folder / ONNX_NAME))
        try:
            scores = model.scores(np.zeros((1, *task.input_shape), dtype=np.uint8))
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise CheckpointError(f"{folder} cannot be run: {type(error).__name__}") from error
        if scores.shape != (1, len(task.labels)) or not np.isfinite(scores).all():
            raise CheckpointError(f"{folder} answers {scores.shape}, expected a score a label")
        return model

    def scores(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, *input_shape) prepared pictures to (N, L) probabilities that add up to one."""
        scores: NDArray[np.float32] = self._session.run(None, {"pictures": inputs})[0]
        return scores
