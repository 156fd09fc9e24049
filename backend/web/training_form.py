"""The form of a training: what a person has chosen, or plain words have."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from backend.errors import InvalidInput
from backend.training.recipes import RECIPES, RecipeInfo
from backend.training.schemas import TrainingWanted
from backend.web.forms import checked, chosen, filled
from contract.chat import TrainingSetup
from contract.datasets import Subset
from contract.language import Language
from contract.versions import DETECTOR

EVERYTHING = Subset()
SETTING = "setting-"
"""Before the name of a setting, as the name of its field."""


@dataclass(frozen=True)
class SettingField:
    """A setting as a field: a number within `low` and `high` in steps of `step`, where it has any.

    Else it is one of the `choices`, or a text.
    """

    name: str
    title: str
    value: JsonValue
    default: JsonValue
    low: float | None
    high: float | None
    step: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class TrainingForm:
    """What is filled in; `values` are the settings that differ from what is usual."""

    recipe: RecipeInfo
    version_ids: tuple[str, ...] = ()
    subset: Subset = EVERYTHING
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    base: str | None = None
    queue: str = "usual"
    with_project_data: bool = False
    title: str = ""

    @property
    def subset_json(self) -> str:
        """As a field of the form has it; empty where it is everything."""
        return self.subset.model_dump_json(exclude_none=True) if self.subset != EVERYTHING else ""

    def settings(self, language: Language) -> Sequence[SettingField]:
        """The fields of the recipe's settings."""
        fields = _fields_of(self.recipe)
        return [self._field(name, schema, language) for name, schema in fields.items()]

    def _field(self, name: str, schema: Mapping[str, Any], language: Language) -> SettingField:
        return SettingField(
            name=name,
            title=schema["title_ko"] if language == "ko" else schema["title"],
            value=self.values.get(name, schema["default"]),
            default=schema["default"],
            low=schema.get("minimum"),
            high=schema.get("maximum"),
            step="1" if schema["type"] == "integer" else "any",
            choices=tuple(schema.get("enum", ())),
        )


def recipe_of(name: str) -> RecipeInfo:
    """The recipe of this name, or that of falls."""
    return RECIPES.get(name, RECIPES[DETECTOR])


def form_of(pairs: list[tuple[str, str]]) -> TrainingForm:
    """What was sent; raises InvalidInput."""
    fields = filled(dict(pairs))
    recipe = recipe_of(fields.get("recipe", ""))
    subset = fields.get("subset")
    return TrainingForm(
        recipe=recipe,
        version_ids=chosen(pairs, "dataset_version"),
        subset=checked(Subset, _json(subset)) if subset else EVERYTHING,
        values=_values(recipe, fields),
        base=fields.get("base"),
        queue=fields.get("queue", "usual"),
        with_project_data="with_project_data" in fields,
        title=fields.get("title", ""),
    )


def form_of_setup(setup: TrainingSetup) -> TrainingForm:
    """What plain words have chosen so far."""
    return TrainingForm(
        recipe=recipe_of(setup.recipe or ""),
        version_ids=setup.dataset_version_ids,
        subset=setup.subset,
        values=setup.settings,
        base=setup.base,
        queue=setup.queue,
    )


def wanted_of(form: TrainingForm, title: str) -> TrainingWanted:
    """What the form asks for, called `title` where it says nothing else; raises InvalidInput."""
    subset = None if form.subset == EVERYTHING else form.subset.model_dump()
    wanted = {
        "recipe": form.recipe.name,
        "dataset_versions": [{"id": each, "subset": subset} for each in form.version_ids],
        "settings": dict(form.values),
        "base": form.base,
        "with_project_data": form.with_project_data,
        "queue": form.queue,
        "title": form.title or title,
    }
    return checked(TrainingWanted, wanted)


def _values(recipe: RecipeInfo, fields: Mapping[str, str]) -> dict[str, JsonValue]:
    """The settings of the recipe that were filled in, as their schema has them."""
    return {
        name: _setting(name, fields[SETTING + name], schema["type"])
        for name, schema in _fields_of(recipe).items()
        if SETTING + name in fields
    }


def _fields_of(recipe: RecipeInfo) -> Mapping[str, Any]:
    """The schemas of the settings that fit into a field: lists and the like are for programs."""
    properties = recipe.settings.model_json_schema()["properties"]
    return {name: it for name, it in properties.items() if it["type"] not in ("array", "object")}


def _setting(name: str, text: str, kind: str) -> int | float | str:
    if kind == "string":
        return text
    try:
        return int(text) if kind == "integer" else float(text)
    except ValueError as error:
        raise InvalidInput(f"settings: {name}: expected a number, whole if {kind}") from error


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("subset: expected what the page has shown") from error
