"""CARD.md of a tabular model: what it learnt from, how it was measured, what it does not know."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from modeling.tabular.checkpoint import CARD_NAME, Feature, TabularSchema
from modeling.training.report.tables import figure, table
from modeling.training.tabular.figures import ValueFigures
from modeling.training.tabular.material import LEAST_OF_A_CATEGORY
from modeling.training.tabular.recipes import TabularRecipe
from modeling.training.tabular.record import TabularRecord
from modeling.training.tabular.settings import TabularSettings

WORDS = tomllib.loads(Path(__file__).with_name("card.toml").read_text(encoding="utf-8"))
SHOWN_VALUES = 12


def write_card(
    folder: Path, schema: TabularSchema, record: TabularRecord, recipe: TabularRecipe, command: str
) -> None:
    """Write it, in Markdown; `command` is what has made the model."""
    settings = record.settings
    target_range = f"from {schema.target_low:g} to {schema.target_high:g}"
    card = WORDS["card"].format(
        name=schema.name,
        version=schema.version,
        about=recipe.about,
        trees=settings.trees,
        leaves=settings.leaves,
        command=command,
        seed=settings.seed,
        data=_data(schema, recipe),
        rows=record.rows,
        digest=record.data,
        grouped="no groups" if record.groups is None else f"of {record.groups} groups",
        target=schema.target,
        target_range=target_range,
        columns="\n".join(map(_column, schema.features)),
        split=_split(settings, record),
        over="blocks of rows" if record.groups is None else "groups",
        figures=figure_table(record),
        corrected=_corrected(schema, record),
        least=LEAST_OF_A_CATEGORY,
        weak_at=recipe.weak_at,
        refusal=f"\n{schema.refusal.en}\n" if schema.refusal else "",
    )
    (folder / CARD_NAME).write_text(card.lstrip(), encoding="utf-8")


def figure_table(record: TabularRecord) -> str:
    """The trees beside a line and the mean, on the same rows held out."""
    named = {"trees": record.trees, "linear": record.linear, "mean": record.mean}
    rows: Iterable[tuple[str, ...]]
    if isinstance(record.trees, ValueFigures):
        header: tuple[str, ...] = ("model", "rows", "mean error", "explained")
        rows = (
            (name, str(record.held_out), figure(it.mean_error, ".3f"), figure(it.explained, ".3f"))
            for name, it in named.items()
            if isinstance(it, ValueFigures)
        )
        return table(header, rows)
    header = ("model", "rows", "area under ROC", "Brier score", "log loss")
    rows = (
        (
            name,
            str(record.held_out),
            figure(it.area_under_roc, ".3f"),
            figure(it.brier, ".4f"),
            figure(it.log_loss, ".4f"),
        )
        for name, it in named.items()
        if not isinstance(it, ValueFigures)
    )
    return table(header, rows)


def _data(schema: TabularSchema, recipe: TabularRecipe) -> str:
    if schema.is_generated and recipe.generate is not None:
        return str(WORDS["generated"].format(module=recipe.generate.__module__)).strip()
    return str(WORDS["own"]).strip()


def _column(feature: Feature) -> str:
    if feature.kind == "number":
        values = f"{feature.low:.4g} to {feature.high:.4g}{f' {feature.unit}' * bool(feature.unit)}"
        values += {1: ", only raises it", -1: ", only lowers it", 0: ""}[feature.monotone]
    else:
        more = len(feature.categories) - SHOWN_VALUES
        values = ", ".join(feature.categories[:SHOWN_VALUES]) + (f", {more} more" * (more > 0))
    return f"| {feature.name} | {feature.kind} | {values} | {feature.missing:.1%} |"


def _split(settings: TabularSettings, record: TabularRecord) -> str:
    by = [name for name, is_so in (("time", settings.time), ("group", record.groups)) if is_so]
    words = WORDS[f"by_{'_and_'.join(by)}" if by else "at_random"]
    said: str = words.format(**settings.model_dump(), periods=settings.folds + 1)
    return said.strip()


def _corrected(schema: TabularSchema, record: TabularRecord) -> str:
    if record.covered is not None and schema.intervals is not None:
        values = {"bins": len(schema.intervals.low), "coverage": schema.intervals.coverage}
        return str(WORDS["covered"].format(covered=record.covered, **values)).strip()
    rows = ((f"{part.answered:.2%}", str(part.held)) for part in record.reliability or ())
    shown = table(("mean answer", "it was so"), rows)
    return str(WORDS["reliability"].format(table=shown)).strip()
