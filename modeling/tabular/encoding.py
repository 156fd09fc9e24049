"""Rows and columns of a table as the numbers that trees read, and what is odd about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite, nan

import numpy as np
from numpy.typing import NDArray

from contract.tabular import TabularRow, TabularValue
from modeling.tabular.checkpoint import Feature

SHOWN = 40
"""Characters of a cell, or names of features, that a message repeats."""

Cells = Sequence[TabularValue] | NDArray[np.float64]


class RowError(ValueError):
    """A row that the model cannot read; the message says what was expected."""


class Oddity(Enum):
    """What a model has not seen, or does not know."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell about which there is something to say."""

    oddity: Oddity
    feature: Feature
    value: TabularValue


@dataclass(frozen=True)
class Encoded:
    """The (N, F) `matrix`, in which missing and unknown cells are NaN, and what is `odd` a row."""

    matrix: NDArray[np.float64]
    odd: Sequence[Sequence[Odd]]


class Encoder:
    """Cells by the features of a model. Thread-safe."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = tuple(features)
        self._names = frozenset(feature.name for feature in features)
        self._codes = [
            {category: float(code) for code, category in enumerate(feature.categories)}
            for feature in features
        ]

    def encode(self, rows: Sequence[TabularRow]) -> Encoded:
        """Rows as numbers; raises RowError."""
        matrix = np.empty((len(rows), len(self._features)))
        odd: list[list[Odd]] = []
        for numbers, row in zip(matrix, rows, strict=True):
            self._check_names(row)
            odd.append(self._fill(numbers, row))
        return Encoded(matrix, odd)

    def encode_columns(self, columns: Mapping[str, Cells]) -> NDArray[np.float64]:
        """The (N, F) matrix of columns of N cells; a column that is not there is missing.

        Raises RowError.
        """
        self._check_names(columns)
        if len(lengths := {len(cells) for cells in columns.values()}) != 1:
            raise RowError(f"columns of {sorted(lengths)} cells, expected as many in each")
        matrix = np.full((lengths.pop(), len(self._features)), nan, order="F")
        for index, feature in enumerate(self._features):
            if feature.name in columns:
                matrix[:, index] = self._column(index, columns[feature.name])
        return np.ascontiguousarray(matrix)

    def _check_names(self, given: Mapping[str, object]) -> None:
        if not given.keys() <= self._names:
            wrong = ", ".join(name[:SHOWN] for name in sorted(given.keys() - self._names)[:SHOWN])
            expected = ", ".join(feature.name for feature in self._features)
            raise RowError(f"no feature {wrong}, expected some of {expected}")

    def _fill(self, numbers: NDArray[np.float64], row: TabularRow) -> list[Odd]:
        odd = []
        for index, feature in enumerate(self._features):
            value = row.get(feature.name)
            number = numbers[index] = self._number(index, value)
            if (oddity := oddity_of(feature, value, number)) is not None:
                odd.append(Odd(oddity, feature, value))
        return odd

    def _number(self, index: int, value: TabularValue) -> float:
        feature = self._features[index]
        if is_missing(value):
            return nan
        if feature.kind == "category":
            if not isinstance(value, str):
                raise RowError(f"{feature.name}: expected a text such as {_some(feature)}")
            return self._codes[index].get(value, nan)
        return _finite(feature, value)

    def _column(self, index: int, cells: Cells) -> NDArray[np.float64]:
        if isinstance(cells, np.ndarray) and self._features[index].kind == "number":
            if np.isinf(cells).any():
                raise RowError(f"{self._features[index].name}: expected finite numbers")
            return cells
        numbers = (self._number(index, value) for value in cells)
        return np.fromiter(numbers, np.float64, len(cells))


def is_missing(value: TabularValue) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def oddity_of(feature: Feature, value: TabularValue, number: float) -> Oddity | None:
    """What is odd about a cell and the `number` that it became."""
    if number != number:  # NaN
        return Oddity.MISSING if is_missing(value) else Oddity.UNKNOWN
    if feature.low is not None and number < feature.low:
        return Oddity.BEYOND
    if feature.high is not None and number > feature.high:
        return Oddity.BEYOND
    return None


def _finite(feature: Feature, value: TabularValue) -> float:
    try:
        number = float(value) if isinstance(value, int | float) else nan
    except OverflowError:
        number = nan
    if not isfinite(number):
        raise RowError(f"{feature.name}: expected a number such as {feature.low:g}")
    return number


def _some(feature: Feature) -> str:
    return " or ".join(feature.categories[:2]) or "a word"
