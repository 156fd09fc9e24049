"""The recipe of `pictures`: what a household wants to have told apart, by its own labels."""

from collections.abc import Sequence
from functools import partial

from torch import Tensor

from modeling.perception.images.own_labels import own_labels_task
from modeling.training.images.augmentation import in_other_light, seen_otherwise
from modeling.training.images.network import PictureNetwork
from modeling.training.images.pictures import one_hot
from modeling.training.images.recipe import Recipe
from modeling.training.images.settings import OWN_LABELS

WORDS = "own_labels"


def augment(pictures: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Seen by another camera, in other light."""
    moved, places = seen_otherwise(pictures, points)
    return in_other_light(moved), places


def own_labels_recipe(labels: Sequence[str]) -> Recipe:
    """To tell apart what has these labels."""
    return Recipe(
        task=own_labels_task(labels),
        settings=OWN_LABELS,
        words=WORDS,
        network=partial(PictureNetwork, len(labels)),
        targets=partial(one_hot, labels=len(labels)),
        augment=augment,
        points=0,
    )
