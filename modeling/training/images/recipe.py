"""How the network of a task is trained: what differs between the tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from modeling.perception.images.task import ImageTask
from modeling.training.datasets.labels import Recording
from modeling.training.images.network import ImageNetwork
from modeling.training.images.pictures import Pictures, Progress
from modeling.training.images.settings import ImageSettings

Read: TypeAlias = Callable[
    [Sequence[Recording], ImageSettings, Progress], tuple[Pictures, Pictures]
]


@dataclass(frozen=True)
class Recipe:
    """One task's training. Adding a task is a recipe in a file of its own, and a row in `RECIPES`.

    `targets` gives (N, L) shares that add up to one; `augment`, a function of the recipe's own
    module, changes a batch of pictures (B, *input_shape) and its points (B, P, 3). `words` names
    the file in `cards/` that says what it learns from.
    """

    task: ImageTask
    settings: ImageSettings
    words: str
    network: Callable[[], ImageNetwork]
    targets: Callable[[Pictures], NDArray[np.float32]]
    augment: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
    points: int


@dataclass(frozen=True)
class ClipRecipe(Recipe):
    """`read` turns recordings into examples to learn from, and all frames as they are.

    The frames are judged too.
    """

    read: Read
