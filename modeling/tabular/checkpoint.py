"""A folder of a tabular model: trees, `schema.json` and CARD.md; enough to answer a row."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from contract.language import Language
from contract.tabular import TabularFeature

MODEL_NAME, SCHEMA_NAME, CARD_NAME = "model.txt", "schema.json", "CARD.md"
SHIPPED = Path(__file__).resolve().parents[2] / "checkpoints"
"""Where the folders of the models that ship lie, by the names of their recipes."""

STRICT = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TabularCheckpointError(Exception):
    """The folder holds no usable checkpoint; the message is one plain line that says why."""


class Words(BaseModel):
    """A text in both languages."""

    model_config = STRICT

    ko: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def of(self, language: Language) -> str:
        """The text in one of them."""
        return self.ko if language == "ko" else self.en


class Band(BaseModel):
    """What an answer is called that is `below` a number, and in no band before.

    The last one has no end.
    """

    model_config = STRICT

    below: float | None
    words: Words


class Feature(TabularFeature):
    """What is known of a column. With `monotone` 1 a larger number never lowers the answer.

    With -1 it never raises it.
    """

    model_config = STRICT

    monotone: Literal[-1, 0, 1] = 0

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "category" and (self.low, self.high, self.monotone) != (None, None, 0):
            raise ValueError(f"{self.name}: expected categories and no range")
        if self.kind == "number" and (self.categories or self.low is None or self.high is None):
            raise ValueError(f"{self.name}: expected a range and no categories")
        if len(set(self.categories)) != len(self.categories):
            raise ValueError(f"{self.name}: expected each category once")
        return self


class Intervals(BaseModel):
    """By how much the truth may differ from an answer: Mondrian conformal, by its own size.

    Answers are parted by the B `edges` into B + 1 bins. In each, the truth of what was held out lay
    from `low` to `high` above the answer, in `coverage` of all rows.
    """

    model_config = STRICT

    coverage: Annotated[float, Field(gt=0.0, lt=1.0)]
    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not len(self.low) == len(self.high) == len(self.edges) + 1:
            raise ValueError("expected one low and one high more than edges")
        if any(a >= b for a, b in pairwise(self.edges)):
            raise ValueError("expected edges that rise")
        if any(a > b for a, b in zip(self.low, self.high, strict=True)):
            raise ValueError("expected no low above its high")
        return self


class Calibration(BaseModel):
    """Platt's: the log-odds are `slope` times those of the trees, and `intercept` more."""

    model_config = STRICT

    slope: Annotated[float, Field(gt=0.0)]
    intercept: float


class TabularSchema(BaseModel):
    """What must be known to ask the trees, and how they were measured.

    A value has `intervals`, a probability its `calibration`. Of the target the training had `rows`,
    from `target_low` to `target_high`; no answer lies beyond. `detail` says what it stands on. One
    that does not show itself `shows_to_families` has a `refusal`, which says why.
    """

    model_config = STRICT

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    version: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    target: str
    kind: Literal["value", "probability"]
    unit: str | None = None
    target_low: FiniteFloat
    target_high: FiniteFloat
    rows: Annotated[int, Field(ge=1)]
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]
    intervals: Intervals | None = None
    calibration: Calibration | None = None
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    detail: Words
    is_generated: bool
    shows_to_families: bool = True
    refusal: Words | None = None
    model_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    metrics: dict[str, Any]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        is_value = self.kind == "value"
        if (self.intervals is not None, self.calibration is not None) != (is_value, not is_value):
            raise ValueError("expected intervals of a value, and a calibration of a probability")
        if len({feature.name for feature in self.features}) != len(self.features):
            raise ValueError("expected each feature once")
        if self.shows_to_families == (self.refusal is not None):
            raise ValueError("expected a refusal where it does not show itself to families")
        if self.target_low >= self.target_high:
            raise ValueError("expected target_low below target_high")
        _check_bands(self.bands)
        return self


def _check_bands(bands: Sequence[Band]) -> None:
    *ends, last = (inf if band.below is None else band.below for band in bands)
    if last != inf or any(a >= b for a, b in pairwise((*ends, last))):
        raise ValueError("expected bands that rise, the last without an end")


def load_schema(folder: Path) -> TabularSchema:
    """Read and check the schema, and that the trees are its own; raises TabularCheckpointError."""
    path = folder / SCHEMA_NAME
    try:
        schema = TabularSchema.model_validate_json(path.read_bytes())
        digest = hashlib.sha256((folder / MODEL_NAME).read_bytes()).hexdigest()
    except OSError as error:
        raise TabularCheckpointError(f"cannot read {error.filename}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise TabularCheckpointError(f"{path} is no schema: {where}: {first['msg']}") from error
    if digest != schema.model_sha256:
        raise TabularCheckpointError(
            f"{folder / MODEL_NAME} is not the file that {SCHEMA_NAME} was written for"
        )
    return schema


def save_schema(folder: Path, schema: TabularSchema) -> None:
    """Write the schema, indented, for people to read."""
    (folder / SCHEMA_NAME).write_text(schema.model_dump_json(indent=1) + "\n", encoding="utf-8")
