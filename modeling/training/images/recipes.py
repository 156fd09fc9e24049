"""All recipes: a task of `perception.images.registry` is trained by the row with its name."""

from collections.abc import Mapping

from modeling.training.images.camera_health import RECIPE as CAMERA_HEALTH
from modeling.training.images.posture import RECIPE as POSTURE
from modeling.training.images.recipe import ClipRecipe

RECIPES: Mapping[str, ClipRecipe] = {
    recipe.task.name: recipe for recipe in (POSTURE, CAMERA_HEALTH)
}
