"""What the routes of training take and answer."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.jobs.service import TIME_LIMIT_SEC, USUAL_QUEUE
from contract.datasets import DatasetKind
from contract.names import Name
from contract.training import Choice, Id

QUEUE = r"^[a-z][a-z0-9_-]{0,31}$"
MOST_DATASETS = 50


class TrainingWanted(BaseModel):
    """A training to come. What `settings` leave out is as the recipe has it.

    `base` is the version from whose weights it goes on. Without a title it is called after the
    recipe.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    recipe: Annotated[str, Field(max_length=64)]
    dataset_versions: Annotated[tuple[Choice, ...], Field(max_length=MOST_DATASETS)]
    settings: dict[str, JsonValue] = {}
    base: Id | None = None
    with_project_data: bool = False
    queue: Annotated[str, Field(pattern=QUEUE)] = USUAL_QUEUE
    title: Name | None = None
    time_limit: Annotated[float, Field(ge=60.0, le=7 * 24 * 3600.0)] = TIME_LIMIT_SEC


class RecipeShown(BaseModel):
    """A recipe as the page needs it; `settings` is a JSON schema, with titles in both languages."""

    name: str
    title: str
    title_ko: str
    takes: tuple[DatasetKind, ...]
    has_project_data: bool
    settings: dict[str, Any]


class Curve(BaseModel):
    """A figure of one fit: its epochs, from 1, and its value after each."""

    fit: str
    name: str
    epochs: tuple[int, ...]
    values: tuple[float, ...]
