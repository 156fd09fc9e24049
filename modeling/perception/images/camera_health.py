"""Does the camera show anything: is its picture dark, blurred, covered, or has it stopped?"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.perception.images.task import ImageTask, RgbImage

WIDTH, HEIGHT = 160, 120


def prepare(image: RgbImage, previous: RgbImage | None = None) -> NDArray[np.uint8]:
    """An (H, W, 3) picture and the one before it to (2, 120, 160): grey levels, and what changed.

    Without a picture before it everything counts as changed: frozen cannot be told from one.
    """
    small = Image.fromarray(image).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    grey = np.asarray(small.convert("L"))
    if previous is None:
        return np.stack([grey, np.full_like(grey, 255)])
    change = np.abs(_sampled(image).astype(np.int16) - _sampled(previous)).astype(np.uint8)
    largest = change.reshape(HEIGHT, 2, WIDTH, 2).max(axis=(1, 3))
    return np.stack([grey, largest])


def _sampled(image: RgbImage) -> NDArray[np.uint8]:
    # Pixels are picked, not averaged: the sensor's noise, which tells a still room from a picture
    # that stands still, outlives the shrinking at any resolution.
    size = (2 * WIDTH, 2 * HEIGHT)
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.NEAREST).convert("L"))


CAMERA_HEALTH = ImageTask(
    name="camera_health",
    labels=("ok", "dark", "blurred", "covered", "frozen"),
    preprocessing="grey-change-160x120-v2",
    input_shape=(2, HEIGHT, WIDTH),
    prepare=prepare,
)
