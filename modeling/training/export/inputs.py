"""Made inputs to compare exports on, the same each time."""

import numpy as np
from numpy.typing import NDArray

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH

WINDOWS, PICTURES = 1000, 64
BLOCK = 16
"""Pixels to the side of what is alike in a made picture, before noise."""


def random_windows() -> NDArray[np.float32]:
    """(1000, 16, F) windows of normally distributed features."""
    shape = (WINDOWS, WINDOW_LENGTH, FEATURE_COUNT)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def random_pictures(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """(64, *shape) pictures of noisy squares."""
    random, (channels, height, width) = np.random.default_rng(0), shape
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    squares = random.uniform(0.0, 255.0, (PICTURES, channels, rows, columns))
    pictures = np.kron(squares, np.ones((BLOCK, BLOCK)))[:, :, :height, :width]
    noisy = pictures + random.normal(0.0, 8.0, pictures.shape)
    return noisy.clip(0.0, 255.0).astype(np.uint8)
