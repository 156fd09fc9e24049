"""The landmarks of the body in a crop, with BlazePose (Bazarevsky and others, 2020)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.onnx_session import open_session
from modeling.perception.frames.image import Image
from modeling.perception.poses.crop import Crop, Points
from modeling.perception.poses.pose import LANDMARK_COUNT

SIZE = 256
HEAT_CELLS = 64
RAW_COUNT = 39
"""The landmarks of the body, two that place the next crop, and four that are not used."""
CENTRE, RIM = LANDMARK_COUNT, LANDMARK_COUNT + 1
AROUND = np.arange(-3, 4)
"""Cells of the heatmap around a joint in which it may lie."""
SURE = 0.5


@dataclass(frozen=True, eq=False)
class Sketch:
    """A body as the network drew it.

    `points` (35, 4) float64: x, y and z in pixels of the picture and visibility in 0..1, of the
    33 landmarks and of the two that place the next crop. `presence` in 0..1 is how sure it is
    that the crop shows a body.
    """

    points: NDArray[np.float64]
    presence: float

    @property
    def crop(self) -> Crop:
        """Where the same body is looked for in the next picture."""
        return Crop.of_circle(self.points[CENTRE, :2], self.points[RIM, :2])


class Landmarker:
    """The loaded network. Keeps nothing from one picture to the next."""

    def __init__(self, path: Path) -> None:
        """Load it and try it, since the first run takes long; raises CheckpointError."""
        self._session = open_session(path)
        try:
            self.sketch(np.zeros((SIZE, SIZE, 3), dtype=np.uint8), Crop(128.0, 128.0, 256.0))
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise CheckpointError(f"{path} cannot be run: {type(error).__name__}") from error

    def sketch(self, image: Image, crop: Crop) -> Sketch:
        """Draw the body that `crop` shows of a picture in BGR."""
        shown = np.multiply(crop.cut(image, SIZE), 1.0 / 255.0, dtype=np.float32)
        joints, presence, heat = self._session.run(
            ["joints", "presence", "heatmap"], {"input": shown[None]}
        )
        raw = joints.reshape(RAW_COUNT, 5)[: RIM + 1].astype(np.float64)
        matrix = crop.matrix(SIZE)
        xy = _refined(raw[:, :2], heat[0, ..., : RIM + 1]) @ matrix[:, :2].T + matrix[:, 2]
        z = raw[:, 2] * crop.side / SIZE
        return Sketch(np.column_stack([xy, z, _sigmoid(raw[:, 3])]), float(presence[0, 0]))


def _refined(xy: Points, heat: NDArray[np.float32]) -> Points:
    """Move each joint to the middle of the heat around it, where the heatmap is sure.

    `xy` (N, 2) is in pixels of the crop, `heat` (64, 64, N) in logits.
    """
    cell = np.trunc(xy * HEAT_CELLS / SIZE).astype(np.int64)
    column = cell[:, 0, None, None] + AROUND[None, None, :]
    row = cell[:, 1, None, None] + AROUND[None, :, None]
    inside = (column >= 0) & (column < HEAT_CELLS) & (row >= 0) & (row < HEAT_CELLS)
    last, joint = HEAT_CELLS - 1, np.arange(len(xy))[:, None, None]
    warmth = inside * _sigmoid(heat[row.clip(0, last), column.clip(0, last), joint])
    total = warmth.sum(axis=(1, 2))
    sure = warmth.max(axis=(1, 2)) >= SURE
    sure &= ((cell >= 0) & (cell < HEAT_CELLS)).all(axis=1)
    middle = np.stack([(warmth * column).sum((1, 2)), (warmth * row).sum((1, 2))], axis=1)
    middle *= SIZE / HEAT_CELLS / np.maximum(total, 1e-9)[:, None]
    return np.where(sure[:, None], middle, xy)


def _sigmoid(logits: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0))), dtype=np.float64)
