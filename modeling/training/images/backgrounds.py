"""A clip's room without its person: the median of what the person leaves free."""

from collections.abc import Sequence
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.perception.images.task import RgbImage

MARGIN = 0.12  # of the body's extent, and a little: joints lie within the body, hands beyond them
LEAST_MARGIN = 0.05
FEWEST = 3  # frames that must show a pixel of the room
MOST = 60

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the picture."""


def body_box(landmarks: NDArray[np.float32]) -> Box | None:
    """Where the body of (33, 4) landmarks is, with a margin; None where nobody was found."""
    if np.isnan(landmarks[0, 0]):
        return None
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    margin = MARGIN * float((high - low).max()) + LEAST_MARGIN
    return (
        float(low[0]) - margin, float(low[1]) - margin,
        float(high[0]) + margin, float(high[1]) + margin,
    )  # fmt: skip


def background(
    images: NDArray[np.uint8], boxes: Sequence[Box | None], upright: NDArray[np.bool_]
) -> tuple[RgbImage, float]:
    """The room of (N, H, W, 3) frames, and the share of it that no frame shows and is painted.

    Where somebody stands the box is surest. So of the frames with a box those of an (N,) upright
    person come first, and the others only show what is behind that person throughout.
    """
    found = np.array([box is not None for box in boxes])
    standing, standing_seen = _free_median(images, boxes, found & upright)
    other, other_seen = _free_median(images, boxes, found & ~upright)
    room = np.where(standing_seen[:, :, None], standing, other)
    hole = ~(standing_seen | other_seen)
    painted = cv2.inpaint(room, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    return np.asarray(painted, dtype=np.uint8), float(hole.mean())


def _free_median(
    images: NDArray[np.uint8], boxes: Sequence[Box | None], chosen: NDArray[np.bool_]
) -> tuple[RgbImage, NDArray[np.bool_]]:
    """The median of the chosen frames where no body is, and the (H, W) pixels that it is known of.

    Of many frames as many as `MOST` are taken, evenly.
    """
    height, width = images.shape[1:3]
    rows = np.flatnonzero(chosen)
    rows = rows[np.linspace(0, len(rows) - 1, min(MOST, len(rows))).astype(int)]
    levels = images[rows].astype(np.float32)
    for frame, row in zip(levels, rows, strict=True):
        left, top, right, bottom = boxes[row] or (0.0, 0.0, 0.0, 0.0)
        across = slice(max(0, floor(left * width)), max(0, ceil(right * width)))
        down = slice(max(0, floor(top * height)), max(0, ceil(bottom * height)))
        frame[down, across] = np.nan
    seen = (~np.isnan(levels[:, :, :, 0])).sum(axis=0) >= FEWEST
    median = np.zeros((height, width, 3), dtype=np.uint8)
    median[seen] = np.nanmedian(levels[:, seen], axis=0)
    return median, seen
