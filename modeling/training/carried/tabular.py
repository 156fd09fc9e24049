"""Carries out one training of a tabular model: `python -m modeling.training.carried.tabular ORDER`.

It begins again after a kill: it takes less than a minute.
"""

import sys
from pathlib import Path

from common.files import replace_whole
from common.progress import heard_by
from contract.datasets import DatasetKind
from contract.training import TrainingOrder, TrainingResult
from modeling.perception.carried.talk import Talk
from modeling.training.tabular.learning import Lesson, learn
from modeling.training.tabular.recipes import RECIPES
from modeling.training.tabular.table import PARQUET, Table, TableError, read_table

CHECKPOINT, RESULT = "checkpoint", "result.json"
COMMAND = "a job of training"


def carry_out(order: TrainingOrder, root: Path, talk: Talk) -> TrainingResult:
    """Learn what is ordered, in the folder `root`; raises TableError where that cannot be."""
    done = root / RESULT
    if done.is_file():  # its worker was killed before it had kept it
        return TrainingResult.model_validate_json(done.read_bytes())
    recipe = RECIPES[order.recipe]
    settings = recipe.settings.model_validate(order.settings)
    lesson = Lesson(recipe, settings, table_of(order, root), is_generated=False, command=COMMAND)

    def hear(fold: str, error: float) -> None:
        talk.measured(fold, "held_out_loss", 1, error)

    with heard_by(talk.progress):
        schema = learn(lesson, root / CHECKPOINT, hear)
    result = TrainingResult(version=schema.version, checkpoint=CHECKPOINT, figures=schema.metrics)
    replace_whole(done, result.model_dump_json())
    return result


def table_of(order: TrainingOrder, root: Path) -> Table:
    """The Parquet file of the one data set of the order; raises TableError."""
    tables = [
        root / given.folder / file.path
        for given in order.datasets
        if given.kind is DatasetKind.TABLE
        for file in given.files
        if file.path.endswith(PARQUET)
    ]
    if len(tables) != 1:
        raise TableError(f"{len(tables)} tables, expected one data set of a table")
    return read_table(tables[0])


def main() -> None:
    """Take the order that the command names, and say over the standard output how it goes."""
    path, talk = Path(sys.argv[1]), Talk.begin()
    order = TrainingOrder.model_validate_json(path.read_bytes())
    try:
        result = carry_out(order, path.parent, talk)
    except TableError as error:
        talk.refused(str(error))
        return
    talk.finished(result.model_dump(mode="json"))


if __name__ == "__main__":
    main()
