"""`train-tabular-model`: a table to the checkpoint folder of a tabular model."""

from pathlib import Path
from shlex import join
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from common.cli import create_cli, plain_errors, stoppable
from contract.tabular import OWN_TABLE, TABULAR_RECIPES

GENERATED = "generated"

app = create_cli()


@app.command()
def train(
    data: Annotated[
        str, typer.Argument(help=f"A CSV or Parquet file, or {GENERATED}: what a recipe makes.")
    ],
    output: Annotated[Path, typer.Option(help="Checkpoint folder to write.")],
    recipe: Annotated[str, typer.Option(help=f"One of {', '.join(TABULAR_RECIPES)}.")] = OWN_TABLE,
    target: Annotated[str | None, typer.Option(help="The column that is to be told.")] = None,
    probability: Annotated[
        bool, typer.Option("--probability", help="The column is yes or no: tell how probable.")
    ] = False,
    features: Annotated[
        list[str] | None, typer.Option("--feature", help="A column to read; repeatable.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="A column whose rows stay together.")] = None,
    time: Annotated[str | None, typer.Option(help="The column that says when.")] = None,
    trees: Annotated[int | None, typer.Option(min=1)] = None,
    leaves: Annotated[int | None, typer.Option(min=2)] = None,
    folds: Annotated[int | None, typer.Option(min=2)] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
) -> None:
    """Train a tabular model: validate by groups and time, learn from all rows, write a card.

    What is not said is as the recipe has it.
    """
    if recipe not in TABULAR_RECIPES:
        raise typer.BadParameter(f"{recipe!r} is none of {', '.join(TABULAR_RECIPES)}")
    given = {
        "target": target,
        "kind": "probability" if probability else None,
        "features": features,
        "group": group,
        "time": time,
        "trees": trees,
        "leaves": leaves,
        "folds": folds,
        "learning_rate": learning_rate,
        "seed": seed,
    }
    varied = {name: value for name, value in given.items() if value is not None}
    with stoppable("stopped: nothing was written"), plain_errors(ImportError, OSError):
        _train(data, recipe, varied, output)


def _train(data: str, name: str, varied: dict[str, Any], output: Path) -> None:
    # LightGBM and scikit-learn may be missing, and are slow to import.
    from modeling.training.tabular.card import figure_table
    from modeling.training.tabular.learning import Lesson, learn
    from modeling.training.tabular.recipes import RECIPES
    from modeling.training.tabular.record import TabularRecord
    from modeling.training.tabular.table import TableError, read_table

    recipe, is_generated = RECIPES[name], data == GENERATED
    if is_generated and recipe.generate is None:
        raise typer.BadParameter(f"{name} makes no data, expected a file")
    try:
        settings = recipe.settings(**varied)
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{first['loc'][0]}: {first['msg']}") from error
    with plain_errors(TableError):
        generate = recipe.generate if is_generated else None
        table = generate(settings.seed) if generate else read_table(Path(data))
        lesson = Lesson(recipe, settings, table, is_generated, _command(data, name, varied, output))
        schema = learn(lesson, output)
    typer.echo(figure_table(TabularRecord.model_validate(schema.metrics)))
    typer.echo(f"{schema.name} {schema.version} is in {output}")


def _command(data: str, recipe: str, varied: dict[str, Any], output: Path) -> str:
    """What was asked, as another can ask it again: without the folders of this machine."""
    words = ["train-tabular-model", Path(data).name, "--recipe", recipe]
    for name, value in varied.items():
        if name == "kind":
            words.append("--probability")
            continue
        option = "--feature" if name == "features" else f"--{name.replace('_', '-')}"
        for each in value if isinstance(value, list) else [value]:
            words += [option, str(each)]
    return join([*words, "--output", output.name])


if __name__ == "__main__":
    app()
