"""Pictures seen between their pixels, by bilinear interpolation."""

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.image import Image

BITS = 4
ONE = 1 << BITS
"""Places are in sixteenths of a pixel: so each sum fits into 16 bits, in half of a float's time."""
STRIP = 128
"""Rows at a time: for larger arrays memory is taken from the system again, each time."""

Places = NDArray[np.int32]


def sampled(image: Image, matrix: NDArray[np.float64], size: int) -> Image:
    """(size, size, 3) in RGB of a picture in BGR; its border goes on outside of it.

    `matrix` (2, 3) takes a pixel of the answer to one of the picture.
    """
    height, width = image.shape[:2]
    x, y = _places(matrix[0], size, width), _places(matrix[1], size, height)
    answer = np.empty((size, size, 3), dtype=np.uint8)
    for begin in range(0, size, STRIP):
        rows = slice(begin, begin + STRIP)
        _fill(answer[rows], image, x[rows], y[rows])
    return answer


def _places(row: NDArray[np.float64], size: int, length: int) -> Places:
    """(size, size): where in an image of so many pixels, which are one more at least."""
    steps = np.arange(size)
    across = np.rint(ONE * row[0] * steps).astype(np.int32)
    down = np.rint(ONE * (row[1] * steps + row[2])).astype(np.int32)
    places: Places = (across + down[:, None]).clip(0, ONE * (length - 1) - 1)
    return places


def _fill(answer: Image, image: Image, x: Places, y: Places) -> None:
    """Set each pixel to the four around its place, by how near they are."""
    width = image.shape[1]
    right, down = (x & (ONE - 1)).astype(np.uint16), (y & (ONE - 1)).astype(np.uint16)
    left, up = ONE - right, ONE - down
    corners = {0: left * up, 1: right * up, width: left * down, width + 1: right * down}
    first = 3 * ((y >> BITS) * width + (x >> BITS)).astype(np.intp)
    for channel in range(3):
        total = np.full(x.shape, ONE * ONE // 2, dtype=np.uint16)
        for step, share in corners.items():
            total += image.reshape(-1)[channel + 3 * step :].take(first) * share
        answer[..., 2 - channel] = total >> 2 * BITS
