"""The schema's `metrics` of a tabular model: how it was learnt, and what was measured."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from modeling.training.evaluate.intervals import Rate
from modeling.training.tabular.figures import TabularFigures
from modeling.training.tabular.settings import TabularSettings

BINS = 10

Numbers = NDArray[np.float64]


class Reliability(BaseModel, frozen=True):
    """Rows of which about as much was answered: the mean answer, and in how many it was so."""

    answered: float
    held: Rate

    @classmethod
    def table(cls, answer: Numbers, truth: Numbers) -> Sequence[Self]:
        """Rows in the order of their answers, in BINS parts."""
        parts = np.array_split(np.argsort(answer, kind="stable"), BINS)
        return [
            cls(
                answered=float(answer[part].mean()), held=Rate.of(int(truth[part].sum()), len(part))
            )
            for part in parts
            if len(part)
        ]


class TabularRecord(BaseModel, frozen=True):
    """All figures are of rows held out: neither they nor their groups were learnt from.

    `data` is the digest of the table, `groups` how many it has, if any. Of a value `covered` says
    how many truths lay in their intervals, of a probability `reliability` how often it was so.
    """

    settings: TabularSettings
    data: str
    rows: int
    groups: int | None
    held_out: int
    trees: TabularFigures
    linear: TabularFigures
    mean: TabularFigures
    covered: Rate | None
    reliability: list[Reliability] | None
