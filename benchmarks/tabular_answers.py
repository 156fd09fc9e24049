"""How many rows a tabular model answers a second: `python -m benchmarks.tabular_answers`.

The time is that of one core, so that what else the machine does is not counted.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from time import process_time

import numpy as np
from numpy.typing import NDArray

from contract.tabular import ECLO, FALL_RISK, TabularRow, TabularValue
from modeling.tabular.checkpoint import SHIPPED, Feature
from modeling.tabular.encoding import Cells
from modeling.tabular.model import TabularModel

ROWS, MANY, MILLION = 3200, 200_000, 1_000_000
BATCHES = (1, 16)
SEED = 0


def main() -> None:
    """Print a line for each model and way to ask it."""
    for name in (ECLO, FALL_RISK):
        measure(TabularModel.load(SHIPPED / name))


def measure(model: TabularModel) -> None:
    """Print what one model does."""
    columns, name = made_columns(model.schema.features, MANY), model.schema.name
    rows = rows_of(columns, ROWS)
    for batch in BATCHES:
        rate = ROWS / seconds(partial(answer, model, rows, batch))
        say(f"{name}: {rate:.0f} rows a second with reasons, {batch} at a time")
    for with_top in (False, True):
        took = seconds(partial(model.predict_columns, columns, with_top=with_top))
        what = "with the largest reason" if with_top else "without reasons"
        say(f"{name}: a million rows {what} in {took * MILLION / MANY:.1f} s")


def answer(model: TabularModel, rows: Sequence[TabularRow], batch: int) -> None:
    """All rows, so many at a time."""
    for start in range(0, len(rows), batch):
        model.answers(rows[start : start + batch], "ko")


def made_columns(features: Sequence[Feature], rows: int) -> dict[str, Cells]:
    """Cells at random, from all that the features know."""
    rng = np.random.default_rng(SEED)
    return {feature.name: _cells(rng, feature, rows) for feature in features}


def rows_of(columns: dict[str, Cells], rows: int) -> list[TabularRow]:
    """The first rows, as they are asked one by one."""
    return [
        {name: _plain(cells[index]) for name, cells in columns.items()} for index in range(rows)
    ]


def seconds(do: Callable[[], object]) -> float:
    """What it takes of the processor."""
    began = process_time()
    do()
    return process_time() - began


def say(line: str) -> None:
    """Print it."""
    sys.stdout.write(f"{line}\n")


def _cells(rng: np.random.Generator, feature: Feature, rows: int) -> Cells:
    if feature.kind == "category":
        drawn: NDArray[np.int_] = rng.integers(0, len(feature.categories), rows)
        return [feature.categories[code] for code in drawn]
    return rng.uniform(feature.low or 0.0, feature.high or 1.0, rows)


def _plain(cell: TabularValue) -> TabularValue:
    return cell if isinstance(cell, str | None) else float(cell)


if __name__ == "__main__":
    main()
