"""The recipes, and the schema of what may be set of each; free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from contract.datasets import DatasetKind


@dataclass(frozen=True)
class RecipeInfo:
    """A kind of model that can be trained; `settings` is the schema of its hyperparameters."""

    name: str
    takes: frozenset[DatasetKind]
    settings: type[BaseModel]


RECIPES: Mapping[str, RecipeInfo] = {}
"""`fall-lstm`, `posture`, `camera_health`, `pictures`."""
