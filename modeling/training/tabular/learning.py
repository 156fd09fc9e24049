"""A whole training of a tabular model, in reading order: read, validate, fit, save."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.progress import progress_bar
from modeling.tabular.checkpoint import MODEL_NAME, Feature, TabularSchema, save_schema
from modeling.training.export.files import replacing_files
from modeling.training.tabular.card import write_card
from modeling.training.tabular.material import Material
from modeling.training.tabular.recipes import TabularRecipe
from modeling.training.tabular.settings import TabularSettings
from modeling.training.tabular.table import Table
from modeling.training.tabular.trees import fit_trees
from modeling.training.tabular.validation import Hear, Validated, validate

STEPS = ("reading", "validating", "fitting")


@dataclass(frozen=True)
class Lesson:
    """What is to be learnt: a `table` by a recipe, and what `command` is said to have asked."""

    recipe: TabularRecipe
    settings: TabularSettings
    table: Table
    is_generated: bool
    command: str


def nobody(_fold: str, _value: float) -> None:
    """Hears nothing."""


def learn(lesson: Lesson, folder: Path, hear: Hear = nobody) -> TabularSchema:
    """Write the checkpoint to `folder`; raises TableError."""
    with progress_bar("learning", len(STEPS)) as step:
        material = Material.of(lesson.recipe.prepare(lesson.table), lesson.settings)
        step()
        validated = validate(material, lesson.settings, hear)
        step()
        trees = trees_of(material, lesson.settings)
        step()
    schema = _schema(lesson, material, validated, trees)
    with replacing_files(folder) as scratch:
        (scratch / MODEL_NAME).write_text(trees, encoding="utf-8")
        save_schema(scratch, schema)
        write_card(scratch, schema, validated.record, lesson.recipe, lesson.command)
    return schema


def trees_of(material: Material, settings: TabularSettings) -> str:
    """What is learnt from all rows, as LightGBM writes it."""
    rows = np.ones(len(material), dtype=bool)
    return str(fit_trees(material, settings, rows).model_to_string())


def _schema(lesson: Lesson, material: Material, validated: Validated, trees: str) -> TabularSchema:
    recipe, settings = lesson.recipe, lesson.settings
    digest = hashlib.sha256(trees.encode()).hexdigest()
    refusal = recipe.refusal if lesson.is_generated else None
    return TabularSchema(
        name=recipe.name,
        version=digest[:8],
        target=settings.target,
        kind=settings.kind,
        unit=recipe.unit,
        target_low=float(material.target.min()),
        target_high=float(material.target.max()),
        rows=len(material),
        features=tuple(_with_units(material.features, recipe)),
        intervals=validated.intervals,
        calibration=validated.calibration,
        bands=tuple(recipe.bands(material.target)),
        detail=recipe.generated_detail if lesson.is_generated else recipe.detail,
        is_generated=lesson.is_generated,
        shows_to_families=refusal is None,
        refusal=refusal,
        model_sha256=digest,
        metrics=validated.record.model_dump(mode="json"),
    )


def _with_units(features: Sequence[Feature], recipe: TabularRecipe) -> list[Feature]:
    return [each.model_copy(update={"unit": recipe.units.get(each.name)}) for each in features]
