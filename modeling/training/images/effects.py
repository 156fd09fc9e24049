"""What light, lens, sensor and encoder do to a picture: (H, W, 3) uint8 to the same.

Lengths are shares of the picture's width.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from modeling.perception.images.task import RgbImage


def brightness(image: RgbImage) -> float:
    """The mean level, 0..255."""
    return float(image.mean())


def at_brightness(image: RgbImage, level: float, gamma: float = 1.0) -> RgbImage:
    """The picture with its mean at about `level`; highlights are cut off as a sensor does."""
    curved = 255.0 * (np.arange(256, dtype=np.float32) / 255.0) ** gamma
    return picture(curved * (level / max(float(curved[image].mean()), 1.0)))[image]


def with_noise(image: RgbImage, sigma: float, rng: Generator) -> RgbImage:
    """The picture with a sensor's noise, of deviation `sigma` in levels, new at every call."""
    if sigma <= 0.0:
        return image
    return picture(image + np.float32(sigma) * rng.standard_normal(image.shape, dtype=np.float32))


def reencoded(image: RgbImage, quality: int) -> RgbImage:
    """The picture after JPEG of `quality`, 0..100."""
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


def enlarged(image: RgbImage, shape: Sequence[int]) -> RgbImage:
    """The picture at the height and width that `shape` begins with."""
    return np.asarray(cv2.resize(image, (shape[1], shape[0])), dtype=np.uint8)


def defocused(image: RgbImage, radius: float) -> RgbImage:
    """The picture through a lens out of focus: each point becomes a disc."""
    pixels = max(1, round(radius * image.shape[1]))
    rows, columns = np.mgrid[-pixels : pixels + 1, -pixels : pixels + 1]
    disc = (rows**2 + columns**2 <= pixels**2).astype(np.float32)
    return _filtered(image, disc)


def moved(image: RgbImage, length: float, angle: float) -> RgbImage:
    """The picture of a camera that moved by `length` while it was taken, towards `angle`."""
    half = max(1, round(length * image.shape[1] / 2.0))
    line: NDArray[np.float32] = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.float32)
    reach = (half * np.cos(angle), half * np.sin(angle))
    start, end = ([round(half + s * r) for r in reach] for s in (-1, 1))
    cv2.line(line, start, end, (1.0,))
    return _filtered(image, line)


def _filtered(image: RgbImage, kernel: NDArray[np.float32]) -> RgbImage:
    blurred = cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.uint8)


def picture(levels: NDArray[np.floating[Any]]) -> RgbImage:
    """Levels, rounded and cut off to 0..255."""
    rounded: RgbImage = np.clip(np.round(levels), 0.0, 255.0).astype(np.uint8)
    return rounded
