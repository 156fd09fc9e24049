"""Models that read a row of a table: what they are asked, and what they answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.jobs import JobState
from contract.language import Language

ECLO = "eclo"
"""The recipe of a traffic accident's equivalent casualty loss."""
FALL_RISK = "fall_risk"
"""The recipe of a fall within the next week, from the days before it."""
OWN_TABLE = "tabular"
"""The recipe of what a household wants to know by a table of its own."""
TABULAR_RECIPES = (ECLO, FALL_RISK, OWN_TABLE)
OF_DAYS = (FALL_RISK, OWN_TABLE)
"""The recipes whose rows may be days of the household."""

TabularValue = bool | int | float | str | None
TabularRow = dict[str, TabularValue]
"""A cell for each feature; one that is left out is missing."""


class Reason(BaseModel):
    """How much a feature moved the answer, up or down, in the unit of the `value`.

    For a probability that is the change of the log-odds (TreeSHAP, Lundberg et al. 2018).
    """

    model_config = ConfigDict(frozen=True)

    feature: str
    value: TabularValue
    contribution: float


class TabularAnswer(BaseModel):
    """What a model says of one row.

    `value` is a number with its interval from `low` to `high`, or a calibrated probability, which
    has none. `interpretation` says it in words, `detail` what it stands on. `warnings` name what
    the model had not seen: unknown categories, missing values, numbers beyond their range. Where
    `is_generated`, the model learnt from data that nobody has measured, and says nothing of the
    world.
    """

    model_config = ConfigDict(frozen=True)

    prediction_id: str
    model: str
    version: str
    value: float
    low: float | None = None
    high: float | None = None
    interpretation: str
    detail: str
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    is_generated: bool


class TabularFeature(BaseModel):
    """A column that a model reads: a number from `low` to `high`, or one of `categories`."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["number", "category"]
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    unit: str | None = None
    missing: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """The share of rows of the training in which it was missing."""


class TabularModelInfo(BaseModel):
    """A model that serves. Where there is a `refusal`, it answers nobody, and that says why."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: str
    target: str
    kind: Literal["value", "probability"]
    features: tuple[TabularFeature, ...]
    is_generated: bool
    card: str
    refusal: str | None = None


class KeptPrediction(BaseModel):
    """A prediction in the history; `at` is in seconds since 1970 (UTC)."""

    model_config = ConfigDict(frozen=True)

    prediction_id: str
    at: float
    model: str
    version: str
    row: TabularRow
    value: float
    low: float | None = None
    high: float | None = None
    is_generated: bool


class BatchWanted(BaseModel):
    """Which rows a batch is to answer: those of a version of a data set of the kind `table`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset_version_id: Annotated[str, Field(min_length=1, max_length=64)]


class Batch(BaseModel):
    """The answers to each row of a table, as a CSV file that a job writes.

    `state` and `failure` are those of its job; `rows` and `bytes` are known once it is finished.
    """

    model_config = ConfigDict(frozen=True)

    job_id: str
    household_id: int
    model: str
    version: str
    state: JobState
    failure: str | None
    source: str
    """What is answered: `csv`, or the id of a version of a data set."""
    rows: int | None
    bytes: int | None
    is_generated: bool
    created_by: int | None
    created_at: float
    finished_at: float | None


class BatchSpec(BaseModel):
    """The `spec` of a job that carries out a batch.

    `checkpoint` has the digest of each file of the model, `table` that of the rows: CSV, or Parquet
    where it `is_parquet`. What is said of them in words is in the `language`.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    version: str
    checkpoint: dict[str, str]
    table: str
    is_parquet: bool
    language: Language


class BatchMade(BaseModel):
    """What the process of a batch gives: how many rows it has answered."""

    model_config = ConfigDict(frozen=True)

    rows: Annotated[int, Field(ge=0)]
