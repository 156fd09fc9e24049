"""Finds people in a picture, with MoveNet MultiPose Lightning (Google, 2021)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.onnx_session import open_session
from modeling.perception.frames.image import Image, resized
from modeling.perception.poses.crop import WHOLE_SIZE, Crop, Points, View
from modeling.perception.poses.skeleton import is_same_body

STRIDE = 32
LEAST_SCORE = 0.2
LEAST_JOINT = 0.15
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP = 5, 6, 11, 12
DOUBLE = 0.15


@dataclass(frozen=True, eq=False)
class Sighting:
    """Somebody whom the network found: `joints` (17, 2) are COCO's, in pixels of the picture."""

    score: float
    joints: Points
    joint_scores: NDArray[np.float32]

    def crop(self) -> Crop:
        """The circle that the landmarker wants: about the hips, through the farthest joint."""
        hips = self.joints[[LEFT_HIP, RIGHT_HIP]].mean(axis=0)
        spine = self.joints[[LEFT_SHOULDER, RIGHT_SHOULDER]].mean(axis=0) - hips
        length = float(np.hypot(*spine))
        seen = self.joints[self.joint_scores > LEAST_JOINT]
        farthest = float(np.hypot(*(seen - hips).T).max()) if len(seen) else 2.0 * length
        up = spine / length if length > 1e-3 else np.array([0.0, -1.0])
        return Crop.of_circle(hips, hips + up * max(1.08 * farthest, 1.7 * length))


class Finder:
    """The loaded network. Keeps nothing from one picture to the next."""

    def __init__(self, path: Path) -> None:
        """Load it and try it, since the first run takes long; raises CheckpointError."""
        self._session = open_session(path)
        try:
            found = self._run(np.zeros((192, WHOLE_SIZE, 3), dtype=np.uint8))
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise CheckpointError(f"{path} cannot be run: {type(error).__name__}") from error
        if found.shape[1:] != (56,):
            raise CheckpointError(f"{path} answers {found.shape}, expected 56 numbers a person")

    def look(self, image: Image, view: View) -> list[Sighting]:
        """Everybody in a part of the picture (BGR), the surest first, each body once."""
        part = image[view.top : view.top + view.height, view.left : view.left + view.width]
        scale = view.size / max(view.width, view.height)
        size = max(1, round(view.width * scale)), max(1, round(view.height * scale))
        small = np.rot90(resized(part, size), view.turns)[..., ::-1]
        height, width = small.shape[:2]
        padded = np.zeros((_padded(height), _padded(width), 3), dtype=np.uint8)
        padded[:height, :width] = small
        sightings = [
            _sighting(row, padded.shape, scale, view)
            for row in self._run(padded)
            if row[55] >= LEAST_SCORE
        ]
        return _each_once(sightings)

    def _run(self, rgb: Image) -> NDArray[np.float32]:
        answer = self._session.run(None, {"input": rgb[None].astype(np.int32)})
        people: NDArray[np.float32] = answer[0][0]
        return people


def _padded(length: int) -> int:
    return -(-length // STRIDE) * STRIDE


def _sighting(
    row: NDArray[np.float32], shape: tuple[int, ...], scale: float, view: View
) -> Sighting:
    joints = row[:51].reshape(17, 3).astype(np.float64)
    turned = joints[:, 1::-1] * [shape[1], shape[0]] / scale
    return Sighting(float(row[55]), view.back(turned), row[2:51:3])


def _each_once(sightings: list[Sighting]) -> list[Sighting]:
    """Without the less sure of two on one body: the network gives some twice."""
    kept: list[Sighting] = []
    for sighting in sorted(sightings, key=lambda found: -found.score):
        if not any(is_same_body(sighting.joints, other.joints, DOUBLE) for other in kept):
            kept.append(sighting)
    return kept
