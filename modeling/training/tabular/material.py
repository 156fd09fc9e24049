"""What is learnt from: a table's columns as numbers, the target, and what no split parts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from modeling.tabular.checkpoint import Feature
from modeling.tabular.encoding import Encoder
from modeling.training.tabular.settings import TabularSettings
from modeling.training.tabular.table import Column, Table, TableError

LEAST_ROWS = 200
LEAST_OF_A_CATEGORY = 20
"""Rows; a category of fewer counts as missing, in the training as in an answer."""
MOST_CATEGORIES = 100
LEAST_OF_A_KIND = 20
"""Rows with a yes, and with a no, of which a probability is learnt."""
BLOCKS = 500
"""Rows without a group are dealt onto so many blocks, which figures are bootstrapped over."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Material:
    """N rows with a target: the (N, F) `matrix` of the `features`, `target` and `groups` (N,).

    `times` are None where no column says when.
    """

    features: tuple[Feature, ...]
    matrix: Numbers
    target: Numbers
    groups: NDArray[np.str_]
    has_groups: bool
    times: Numbers | None
    digest: str

    @classmethod
    def of(cls, table: Table, settings: TabularSettings) -> Self:
        """Raises TableError."""
        target = _target(table.column(settings.target), settings)
        known = np.isfinite(target)
        table, target = table.taken(known), target[known]
        _check_target(target, settings)
        features = tuple(_features(table, settings))
        if not features:
            raise TableError("no column varies, expected some that the target may depend on")
        columns = {feature.name: table.column(feature.name).cells for feature in features}
        groups = _groups(table, settings)
        return cls(
            features=features,
            matrix=Encoder(features).encode_columns(columns),
            target=target,
            groups=_blocks(len(target), settings.seed) if groups is None else groups,
            has_groups=groups is not None,
            times=_times(table, settings),
            digest=table.digest(),
        )

    def __len__(self) -> int:
        return len(self.target)


def _target(column: Column, settings: TabularSettings) -> Numbers:
    if column.kind != "number":
        raise TableError(f"{settings.target} is of {column.kind}, expected a column of numbers")
    return np.asarray(column.cells, dtype=np.float64)


def _check_target(target: Numbers, settings: TabularSettings) -> None:
    if len(target) < LEAST_ROWS:
        raise TableError(
            f"{len(target)} rows with {settings.target}, expected {LEAST_ROWS} at least"
        )
    if settings.kind == "value":
        if target.min() == target.max():
            raise TableError(f"{settings.target} is always {target[0]:g}, expected several values")
        return
    if not np.isin(target, (0.0, 1.0)).all():
        raise TableError(f"{settings.target} has other numbers, expected 0 and 1, or no and yes")
    yes = int(target.sum())
    if min(yes, len(target) - yes) < LEAST_OF_A_KIND:
        raise TableError(
            f"{settings.target} holds in {yes} of {len(target)} rows, expected {LEAST_OF_A_KIND} "
            "of each kind at least"
        )


def _features(table: Table, settings: TabularSettings) -> Iterator[Feature]:
    set_apart = {settings.target, settings.group, settings.time}
    if wrong := set_apart.intersection(settings.features):
        raise TableError(f"{', '.join(sorted(wrong))} cannot be a feature as well")
    names = settings.features or [name for name in table.columns if name not in set_apart]
    if wrong := settings.monotone.keys() - set(names):
        raise TableError(f"monotone: no feature {', '.join(sorted(wrong))}")
    for name in names:
        column = table.column(name)
        feature = _feature(name, column, settings) if column.kind != "time" else None
        if feature is not None:
            yield feature
        elif settings.features:
            raise TableError(f"{name} says nothing, expected a column that varies and is no time")


def _feature(name: str, column: Column, settings: TabularSettings) -> Feature | None:
    """What is known of a column; None where it does not vary."""
    if column.kind == "number":
        return _number(name, column.cells, settings)
    if name in settings.monotone:
        raise TableError(f"monotone: {name} is a text, expected numbers")
    counts = Counter(cell for cell in column.cells if cell is not None and cell.strip())
    common = [word for word, count in counts.most_common() if count >= LEAST_OF_A_CATEGORY]
    is_constant = len(common) == 1 and counts[common[0]] == len(column.cells)
    if is_constant or not common:
        return None
    missing = 1.0 - sum(counts.values()) / len(column.cells)
    categories = tuple(sorted(common[:MOST_CATEGORIES]))
    return Feature(name=name, kind="category", categories=categories, missing=round(missing, 4))


def _number(name: str, cells: Any, settings: TabularSettings) -> Feature | None:
    known = cells[np.isfinite(cells)]
    if len(known) == 0 or known.min() == known.max():
        return None
    return Feature(
        name=name,
        kind="number",
        low=float(known.min()),
        high=float(known.max()),
        missing=round(1.0 - len(known) / len(cells), 4),
        monotone=settings.monotone.get(name, 0),
    )


def _times(table: Table, settings: TabularSettings) -> Numbers | None:
    if not settings.time:
        return None
    column = table.column(settings.time)
    if column.kind == "text":
        raise TableError(f"{settings.time} is of text, expected days, times or numbers")
    if not np.isfinite(column.cells).all():
        raise TableError(f"{settings.time} is missing in some rows, expected a time in each")
    return np.asarray(column.cells, dtype=np.float64)


def _groups(table: Table, settings: TabularSettings) -> NDArray[np.str_] | None:
    """The group of each row; None where there are not several."""
    if not settings.group:
        return None
    groups = table.column(settings.group).cells.astype(str)
    return groups if len(np.unique(groups)) > 1 else None


def _blocks(rows: int, seed: int) -> NDArray[np.str_]:
    return np.random.default_rng(seed).integers(0, BLOCKS, rows).astype(str)
