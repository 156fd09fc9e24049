"""A look that was learnt: its network says what colours become, and a table of them is applied."""

from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL.Image import Resampling, fromarray
from pydantic import BaseModel, ConfigDict

from contract.looks import LearntFrom, LookFigures, LookMethod
from modeling.perception.detector.checkpoint import (
    ONNX_NAME,
    CheckpointError,
    check_digest,
    read_manifest,
)
from modeling.perception.detector.onnx_session import open_session
from modeling.perception.frames.image import Image
from modeling.perception.looks.lut import Colours, Lut, grid_colours

SIZE = 33
"""Points along each axis of the table that is applied."""
SMALL_SIDE = 64
"""Of the copy of a picture that an adaptive look sees."""


class LookManifest(BaseModel):
    """What must be known to run a look, and how near it comes to held-out pictures.

    `weights_sha256` (hexadecimal) ties it to its file: one that is not its own is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    method: LookMethod
    learnt_from: LearntFrom
    figures: LookFigures
    weights_sha256: str


class Look:
    """A loaded look, of any method. Thread-safe: a session runs from any thread."""

    def __init__(self, manifest: LookManifest, session: ort.InferenceSession) -> None:
        self.manifest = manifest
        self._session = session

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the look in a folder and try it once; raises CheckpointError."""
        manifest = read_manifest(folder, LookManifest)
        check_digest(folder / ONNX_NAME, manifest.weights_sha256)
        look = cls(manifest, open_session(folder / ONNX_NAME))
        try:
            table = look.lut(size=2).table
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise CheckpointError(f"{folder} cannot be run: {type(error).__name__}") from error
        if not np.isfinite(table).all():
            raise CheckpointError(f"{folder} gives colours that are no numbers")
        return look

    def apply(self, picture: Image) -> Image:
        """An (H, W, 3) picture, red first, as it looks then.

        An adaptive look makes a table for each picture. That of another is made once.
        """
        if self.manifest.method is LookMethod.ADAPTIVE_LUT:
            return self.lut(picture).apply_once(picture)
        return self._fixed.apply(picture)

    def lut(self, picture: Image | None = None, size: int = SIZE, strength: float = 1.0) -> Lut:
        """The table of `size` points an axis, of a `strength` of 0 (nothing changes) to 1.

        Of an adaptive look it is the table for this picture, or that of the mean weights over those
        that it learnt from. An implicit look blends its styles, of others the tables are blended.
        """
        inputs: dict[str, NDArray[np.float32]] = {"colours": grid_colours(size)}
        match self.manifest.method:
            case LookMethod.ADAPTIVE_LUT:
                is_own = np.float32(picture is not None)
                inputs["picture"] = small_copy(picture if picture is not None else NO_PICTURE)
                inputs["own"] = np.array([is_own])
            case LookMethod.IMPLICIT_LUT:
                inputs["styles"] = np.array([1 - strength, strength], dtype=np.float32)
                strength = 1.0
        changed = self._run(inputs) * np.float32(strength)
        changed += grid_colours(size) * np.float32(1 - strength)
        return Lut(changed.reshape(size, size, size, 3))

    def _run(self, inputs: dict[str, NDArray[np.float32]]) -> Colours:
        answers: list[Any] = self._session.run(None, inputs)
        return np.asarray(answers[0], dtype=np.float32)

    @cached_property
    def _fixed(self) -> Lut:
        return self.lut()


NO_PICTURE: Image = np.zeros((1, 1, 3), dtype=np.uint8)


def small_copy(picture: Image) -> Colours:
    """(1, 3, 64, 64) of a picture, 0 to 1: what an adaptive look sees of it."""
    small = fromarray(picture).resize((SMALL_SIDE, SMALL_SIDE), Resampling.BOX)
    return np.asarray(small, dtype=np.float32).transpose(2, 0, 1)[None] / np.float32(255)
