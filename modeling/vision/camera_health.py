"""Does the camera show anything: is its picture dark, blurred, covered, or has it stopped?"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.vision.task import ImageTask, RgbImage

WIDTH, HEIGHT = 160, 120


def prepare(image: RgbImage, previous: RgbImage | None = None) -> NDArray[np.uint8]:
    """An (H, W, 3) picture and the one before it to (2, 120, 160): grey levels, and what changed.

    Without a picture before it everything counts as changed: frozen cannot be told from one.
    """
    grey = _grey(image)
    if previous is None:
        return np.stack([grey, np.full_like(grey, 255)])
    change = np.abs(grey.astype(np.int16) - _grey(previous)).astype(np.uint8)
    return np.stack([grey, change])


def _grey(image: RgbImage) -> NDArray[np.uint8]:
    small = Image.fromarray(image).convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return np.asarray(small)


CAMERA_HEALTH = ImageTask(
    name="camera_health",
    labels=("ok", "dark", "blurred", "covered", "frozen"),
    preprocessing="grey-change-160x120-v1",
    input_shape=(2, HEIGHT, WIDTH),
    prepare=prepare,
)
