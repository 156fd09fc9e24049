"""What a model says of the rows of a CSV file: the same rows with five cells more."""

from collections import defaultdict
from collections.abc import Sequence
from math import inf, isinf, nan

import numpy as np
from numpy.typing import NDArray

from common.csv_cell import harmless
from contract.language import Language
from contract.tabular import TabularValue
from modeling.tabular.checkpoint import Feature
from modeling.tabular.encoding import Cells, Odd, Oddity
from modeling.tabular.model import TabularModel
from modeling.tabular.wording import warning_of

ADDED = ("predicted", "predicted_low", "predicted_high", "predicted_as", "remark")
"""The answer, the ends of its interval, its interpretation, and what was odd about the row."""
SPELT = {"": nan, "true": 1.0, "false": 0.0}

Rows = Sequence[Sequence[str]]


class TableError(ValueError):
    """No table that the model can answer; the message says what was expected."""


class TableAnswers:
    """Answers rows under a `header`, whose other columns stay, but for formulas of spreadsheets.

    Raises TableError where no column is one that the model reads, or one stands there twice.
    """

    def __init__(self, model: TabularModel, header: Sequence[str], language: Language) -> None:
        self._model, self._language = model, language
        features = {feature.name: feature for feature in model.schema.features}
        found = [(index, features[name]) for index, name in enumerate(header) if name in features]
        check_header(header, features)
        self.header = [*map(harmless, header), *ADDED]
        self._columns = found

    def answered(self, rows: Rows) -> list[list[str]]:
        """Each row with what the model says of it."""
        remarks: dict[int, list[Odd]] = defaultdict(list)
        columns: dict[str, Cells] = {}
        for index, feature in self._columns:
            cells = [row[index].strip() for row in rows]
            columns[feature.name] = _read(feature, cells, remarks)
        said = self._model.predict_columns(columns)
        names = [band.words.of(self._language) for band in self._model.schema.bands]
        return [
            [*map(harmless, row), value, low, high, names[band], self._remark(remarks, number)]
            for number, (row, value, low, high, band) in enumerate(
                zip(
                    rows,
                    _texts(said.value, len(rows)),
                    _texts(said.low, len(rows)),
                    _texts(said.high, len(rows)),
                    said.band.tolist(),
                    strict=True,
                )
            )
        ]

    def _remark(self, remarks: dict[int, list[Odd]], number: int) -> str:
        if number not in remarks:
            return ""
        return harmless("; ".join(warning_of(odd, self._language) for odd in remarks[number]))


def check_header(header: Sequence[str], names: "Sequence[str] | dict[str, Feature]") -> None:
    """Raise TableError where a table with this header has nothing that a model reads."""
    known = [name for name in header if name in names]
    if not known:
        raise TableError(f"expected a header with some of the columns {', '.join(names)}")
    if len(set(known)) < len(known):
        twice = next(name for name in known if known.count(name) > 1)
        raise TableError(f"expected one column {twice}")


def _read(feature: Feature, cells: Sequence[str], remarks: dict[int, list[Odd]]) -> Cells:
    """The cells as the model takes them; what is odd about a row goes to `remarks`."""
    if feature.kind == "number":
        return _numbers(feature, cells, remarks)
    known: dict[str, TabularValue] = {name: name for name in ("", *feature.categories)}
    for odd in set(cells) - known.keys():
        for number in (at for at, cell in enumerate(cells) if cell == odd):
            remarks[number].append(Odd(Oddity.UNKNOWN, feature, odd))
    return [known.get(cell) for cell in cells]


def _numbers(
    feature: Feature, cells: Sequence[str], remarks: dict[int, list[Odd]]
) -> NDArray[np.float64]:
    """A cell that is no number counts as missing, with a remark."""
    numbers = np.fromiter(map(_number, cells), np.float64, len(cells))
    for number in np.flatnonzero(np.isinf(numbers)).tolist():
        remarks[number].append(Odd(Oddity.UNKNOWN, feature, cells[number]))
    numbers[np.isinf(numbers)] = nan
    low = -inf if feature.low is None else feature.low
    high = inf if feature.high is None else feature.high
    for number in np.flatnonzero((numbers < low) | (numbers > high)).tolist():
        remarks[number].append(Odd(Oddity.BEYOND, feature, float(numbers[number])))
    return numbers


def _number(cell: str) -> float:
    """NaN for a cell that says nothing, infinite for one that is no number."""
    try:
        number = float(cell)
    except ValueError:
        return SPELT.get(cell.lower(), inf)
    return inf if isinf(number) else number


def _texts(values: NDArray[np.float64] | None, count: int) -> Sequence[str]:
    if values is None:
        return [""] * count
    return [f"{value:.6g}" for value in values.tolist()]
