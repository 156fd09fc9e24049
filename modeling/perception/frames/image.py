"""What a container says of its pictures, applied: pure functions of (H, W, 3) uint8 pictures."""

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Resampling, fromarray

Image = NDArray[np.uint8]

MOST_STRETCH = 8.0
LEAST_STRETCH = 1.01


def square_pixels(image: Image, pixel_aspect: float) -> Image:
    """The picture as it looks where a pixel is `pixel_aspect` times as wide as it is high.

    It only grows. What is no ratio (0, a factor of 8) is passed over.
    """
    height, width = image.shape[:2]
    if LEAST_STRETCH <= pixel_aspect <= MOST_STRETCH:
        return resized(image, (round(width * pixel_aspect), height))
    if 1.0 / MOST_STRETCH <= pixel_aspect <= 1.0 / LEAST_STRETCH:
        return resized(image, (width, round(height / pixel_aspect)))
    return image


def oriented(image: Image, matrix: NDArray[np.int32]) -> Image:
    """The picture turned and mirrored as FFmpeg's display `matrix` (9,) says, by quarter turns."""
    a, b, _, c, d = (int(value) for value in matrix[:5])
    across, down = a, d
    if abs(b) + abs(c) > abs(a) + abs(d):
        image, across, down = image.transpose(1, 0, 2), c, b
    turned = image[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]
    return np.ascontiguousarray(turned)


def fitted(image: Image, size: tuple[int, int]) -> Image:
    """The whole picture, as large as it can be, in the middle of one of `size` (width, height)."""
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    scale = min(size[0] / width, size[1] / height)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    frame = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    frame[top : top + inner[1], left : left + inner[0]] = resized(image, inner)
    return frame


def resized(image: Image, size: tuple[int, int]) -> Image:
    """The picture at `size` (width, height), whatever its sides were."""
    # A large picture is first made smaller by a whole factor, which takes a third less.
    small = fromarray(image).resize(size, Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(small, dtype=np.uint8)
