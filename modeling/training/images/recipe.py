"""How the network of a task is trained: what differs between the tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from modeling.perception.images.task import ImageTask
from modeling.training.datasets.labels import Recording
from modeling.training.images.network import ImageNetwork
from modeling.training.images.pictures import Pictures, Progress
from modeling.training.images.settings import ImageSettings


@dataclass(frozen=True)
class CardText:
    """What CARD.md says of a task in words: what it tells, its data, and where it fails."""

    tells: str
    data: str
    weaknesses: str


Read: TypeAlias = Callable[
    [Path, Sequence[Recording], ImageSettings, Progress], tuple[Pictures, Pictures]
]


@dataclass(frozen=True)
class Recipe:
    """One task's training. Adding a task is a recipe in a file of its own, and a row in `RECIPES`.

    `read` turns recordings of the folder into examples to learn from, and all frames as they are,
    which are judged too. `targets` gives (N, L) shares that add up to one; `augment` changes a
    batch of pictures (B, *input_shape) and its points (B, P, 3).
    """

    task: ImageTask
    settings: ImageSettings
    read: Read
    network: Callable[[], ImageNetwork]
    targets: Callable[[Pictures], NDArray[np.float32]]
    augment: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
    card: CardText
