"""The squares of a picture that the networks are shown."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.image import Image
from modeling.perception.poses.sampling import sampled

Points = NDArray[np.float64]
"""(N, 2): x and y in pixels of the picture."""

WHOLE_SIZE, CLOSE_SIZE = 256, 192
"""Pixels of the longer side of what the finder is shown: of a whole picture; of a part of it, which
somebody may fill."""
MARGIN = 1.25
"""How much larger than the circle around the body the crop is, as BlazePose was trained."""


@dataclass(frozen=True)
class Crop:
    """A square that may be turned: its centre and side in pixels, its angle in radians."""

    x: float
    y: float
    side: float
    angle: float = 0.0

    @classmethod
    def of_circle(cls, centre: Points, rim: Points) -> Self:
        """Around the circle about `centre` (2,) through `rim` (2,), to which the body points."""
        right, down = (float(value) for value in rim - centre)
        side = 2.0 * MARGIN * float(np.hypot(right, down))
        return cls(float(centre[0]), float(centre[1]), side, float(np.arctan2(right, -down)))

    def matrix(self, size: int) -> NDArray[np.float64]:
        """(2, 3): takes a pixel of the crop, `size` pixels wide, to one of the picture."""
        scale = self.side / size
        cos, sin = scale * np.cos(self.angle), scale * np.sin(self.angle)
        turn = np.array([[cos, -sin], [sin, cos]])
        shift = np.array([self.x, self.y]) - turn @ np.full(2, size / 2)
        return np.column_stack([turn, shift])

    def cut(self, image: Image, size: int) -> Image:
        """(size, size, 3) in RGB of a picture in BGR; its border goes on outside of it."""
        return sampled(image, self.matrix(size), size)


@dataclass(frozen=True)
class View:
    """A part of the picture in pixels, to be looked at after `turns` quarter turns to the left.

    The finder is shown `size` pixels of its longer side.
    """

    left: int
    top: int
    width: int
    height: int
    turns: int = 0
    size: int = WHOLE_SIZE

    @classmethod
    def whole(cls, image: Image, turns: int = 0) -> Self:
        """All of the picture."""
        return cls(0, 0, image.shape[1], image.shape[0], turns)

    @classmethod
    def around(cls, crop: Crop, image: Image, turns: int = 0) -> Self:
        """What of the picture lies in the square about the crop's centre, whatever its angle."""
        height, width = image.shape[:2]
        half = max(crop.side / 2, 16.0)
        left = int(np.clip(crop.x - half, 0, max(width - 2 * half, 0)))
        top = int(np.clip(crop.y - half, 0, max(height - 2 * half, 0)))
        right, bottom = min(left + int(2 * half), width), min(top + int(2 * half), height)
        return cls(left, top, right - left, bottom - top, turns, CLOSE_SIZE)

    def back(self, points: Points) -> Points:
        """Points in pixels of the turned part to pixels of the picture."""
        x, y = points[:, 0], points[:, 1]
        across, down = (
            (x, y),
            (self.width - y, x),
            (self.width - x, self.height - y),
            (y, self.height - x),
        )[self.turns % 4]
        return np.column_stack([across + self.left, down + self.top])
