"""Is somebody upright, going down or getting up, lying, or is nobody there?"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.perception.images.task import ImageTask, RgbImage

WIDTH, HEIGHT = 128, 96


def prepare(image: RgbImage, _previous: RgbImage | None = None) -> NDArray[np.uint8]:
    """An (H, W, 3) picture to (3, 96, 128)."""
    small = Image.fromarray(image).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return np.asarray(small).transpose(2, 0, 1)


POSTURE = ImageTask(
    name="posture",
    labels=("upright", "transition", "lying", "nobody"),
    preprocessing="rgb-128x96-v1",
    input_shape=(3, HEIGHT, WIDTH),
    prepare=prepare,
)
