"""What an image model is asked, and how a picture is prepared for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RgbImage: TypeAlias = NDArray[np.uint8]
"""(H, W, 3), red first."""

Prepare: TypeAlias = Callable[[RgbImage, RgbImage | None], NDArray[np.uint8]]
"""A picture, and the one before it where there is one, to what the network takes."""


@dataclass(frozen=True)
class ImageTask:
    """One question about pictures. Training, server and camera box prepare them by `prepare`.

    `preprocessing` names it with its version: a checkpoint that was trained with another one is
    refused. `input_shape` is what `prepare` gives.
    """

    name: str
    labels: tuple[str, ...]
    preprocessing: str
    input_shape: tuple[int, ...]
    prepare: Prepare
