"""A tabular model at run time: rows to answers with their reasons, by LightGBM's trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from contract.language import Language
from contract.tabular import Reason, TabularRow
from modeling.tabular.checkpoint import (
    MODEL_NAME,
    TabularCheckpointError,
    TabularSchema,
    load_schema,
)
from modeling.tabular.encoding import Cells, Encoded, Encoder
from modeling.tabular.wording import detail_of, warning_of

if TYPE_CHECKING:
    from lightgbm import Booster

REASONS = 5
THREADS_OF_MANY = 2

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model says of one row: see `contract.tabular.TabularAnswer`."""

    value: float
    low: float | None
    high: float | None
    interpretation: str
    detail: str
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class AnsweredColumns:
    """What it says of N rows: all (N,). `low` and `high` are None of a probability.

    `band` is the index of the interpretation among those of the schema. `top` is that of the
    feature with the largest contribution, both None where they were not asked for.
    """

    value: Numbers
    low: Numbers | None
    high: Numbers | None
    band: NDArray[np.intp]
    top: NDArray[np.intp] | None
    contribution: Numbers | None


class TabularModel:
    """A loaded checkpoint. Thread-safe."""

    def __init__(self, schema: TabularSchema, booster: "Booster") -> None:
        self.schema = schema
        self._booster = booster
        self._encoder = Encoder(schema.features)
        self._ends = np.array([inf if b.below is None else b.below for b in schema.bands])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the checkpoint and try it on a row; raises TabularCheckpointError."""
        import lightgbm  # megabytes, for who asks

        schema, path = load_schema(folder), folder / MODEL_NAME
        try:
            booster = lightgbm.Booster(model_file=path)
        except lightgbm.basic.LightGBMError as error:
            raise TabularCheckpointError(f"{path} cannot be read: {error}") from error
        if booster.num_feature() != len(schema.features):
            raise TabularCheckpointError(
                f"{path} reads {booster.num_feature()} features, expected {len(schema.features)}"
            )
        model = cls(schema, booster)
        if not np.isfinite(model.answers([{}], "en")[0].value):
            raise TabularCheckpointError(f"{path} answers no number to an empty row")
        return model

    def answers(self, rows: Sequence[TabularRow], language: Language) -> list[Answered]:
        """What it says of each row, with the largest reasons first; raises RowError."""
        if not rows:
            return []
        encoded = self._encoder.encode(rows)
        contributions = self._contributions(encoded.matrix, threads=1)
        value = self._value(contributions.sum(axis=1))
        low, high = self._ends_of(value)
        words = [self.schema.bands[band].words.of(language) for band in self._band(value)]
        # All rows at once: each call of NumPy costs as much as what it does for a row.
        order = np.argsort(-np.abs(contributions[:, :-1]), axis=1, kind="stable")[:, :REASONS]
        shares = np.take_along_axis(contributions, order, axis=1)
        return [
            self._answered(
                said,
                None if low is None or high is None else (float(low[index]), float(high[index])),
                words[index],
                self._reasons(rows[index], order[index].tolist(), shares[index].tolist()),
                self._warnings(encoded, index, language),
                language,
            )
            for index, said in enumerate(value.tolist())
        ]

    def predict_columns(
        self, columns: Mapping[str, Cells], *, with_top: bool = False
    ) -> AnsweredColumns:
        """What it says of many rows, given by their columns; raises RowError."""
        matrix = self._encoder.encode_columns(columns)
        top = contribution = None
        if with_top:
            contributions = self._contributions(matrix, THREADS_OF_MANY)
            raw = contributions.sum(axis=1)
            top = np.abs(contributions[:, :-1]).argmax(axis=1)
            contribution = contributions[np.arange(len(matrix)), top]
        else:
            raw = self._scaled(self._predict(matrix, THREADS_OF_MANY, raw_score=True))
        value = self._value(raw)
        return AnsweredColumns(value, *self._ends_of(value), self._band(value), top, contribution)

    def _answered(
        self,
        value: float,
        ends: tuple[float, float] | None,
        interpretation: str,
        reasons: tuple[Reason, ...],
        warnings: tuple[str, ...],
        language: Language,
    ) -> Answered:
        low, high = ends or (None, None)
        detail = detail_of(self.schema, value, ends, language)
        return Answered(value, low, high, interpretation, detail, reasons, warnings)

    def _reasons(
        self, row: TabularRow, largest: Sequence[int], shares: Sequence[float]
    ) -> tuple[Reason, ...]:
        """Those of a row: the features by their indices, and how much each moved it."""
        names = [self.schema.features[index].name for index in largest]
        return tuple(
            Reason(feature=name, value=row.get(name), contribution=share)
            for name, share in zip(names, shares, strict=True)
            if share
        )

    def _warnings(self, encoded: Encoded, index: int, language: Language) -> tuple[str, ...]:
        return tuple(warning_of(odd, language) for odd in encoded.odd[index])

    def _contributions(self, matrix: Numbers, threads: int) -> Numbers:
        """(N, F + 1): how much each feature moves the answer, last what it is without any.

        They add up to the value, or to the log-odds of the probability.
        """
        shares = self._predict(matrix, threads, pred_contrib=True)
        if (calibration := self.schema.calibration) is not None:
            shares = shares * calibration.slope
            shares[:, -1] += calibration.intercept
        return shares

    def _scaled(self, raw: Numbers) -> Numbers:
        calibration = self.schema.calibration
        return raw if calibration is None else raw * calibration.slope + calibration.intercept

    def _value(self, scaled: Numbers) -> Numbers:
        if self.schema.calibration is not None:
            odds = np.exp(np.clip(scaled, -40.0, 40.0))
            probability: Numbers = odds / (1.0 + odds)
            return probability
        within: Numbers = np.clip(scaled, self.schema.target_low, self.schema.target_high)
        return within

    def _ends_of(self, value: Numbers) -> tuple[Numbers | None, Numbers | None]:
        """From where to where the truth lies around values, within what the training had."""
        intervals = self.schema.intervals
        if intervals is None:
            return None, None
        bins = np.searchsorted(intervals.edges, value, side="right")
        least, most = self.schema.target_low, self.schema.target_high
        low = np.clip(value + np.asarray(intervals.low)[bins], least, most)
        high = np.clip(value + np.asarray(intervals.high)[bins], least, most)
        return low, high

    def _band(self, value: Numbers) -> NDArray[np.intp]:
        return np.searchsorted(self._ends, value, side="right")

    def _predict(self, matrix: Numbers, threads: int, **how: bool) -> Numbers:
        return np.asarray(self._booster.predict(matrix, num_threads=threads, **how))
