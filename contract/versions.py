"""Versions of the models, and which of them serves."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

DETECTOR = "fall-lstm"
"""The recipe of the detector, which scores windows of poses; all others are image models."""


class Alias(StrEnum):
    """What a version of a recipe may be named as, one at a time."""

    PRODUCTION = "production"
    """It decides: on the server, and on every camera box."""
    SHADOW = "shadow"
    """It is asked as well, and nobody is told what it says."""


class Share(BaseModel):
    """`count` of `total`, with its 95 % interval from `low` to `high`, in 0..1."""

    model_config = ConfigDict(frozen=True)

    count: int
    total: int
    low: float
    high: float


class Figure(BaseModel):
    """A figure and its 95 % interval, whose ends are None where there is too little for one."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float | None = None
    high: float | None = None


class VersionFigures(BaseModel):
    """What was measured of a version on what it had not learnt from, as its manifest says it.

    Of a detector: of the falls those that caregivers are told of, and what they are told falsely in
    `minutes`. Of an image model: how many `pictures` it told rightly. Of a tabular model over
    `rows`: the mean error of a value, how many lay in their intervals, and the mean error of a line
    beside it; or of a probability the area under the ROC curve, and that of a line. `measured_on`
    is the digest of the data; figures of two versions can be compared where it is the same.
    """

    model_config = ConfigDict(frozen=True)

    measured_on: str | None = None
    falls_told: Share | None = None
    told_falsely: int | None = None
    minutes: float | None = None
    told_falsely_an_hour: Figure | None = None
    pictures: int | None = None
    pictures_right: int | None = None
    macro_f1: Figure | None = None
    rows: int | None = None
    mean_error: Figure | None = None
    mean_error_of_line: Figure | None = None
    in_interval: Share | None = None
    area_under_roc: Figure | None = None
    area_under_roc_of_line: Figure | None = None


class Version(BaseModel):
    """A checkpoint of a recipe; `files` are its files by name, each by its SHA-256.

    `version` is the digest of the weights as its manifest says it. The one that ships has no job,
    and is `created_at` when it began to ship.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    recipe: str
    version: str
    files: dict[str, str]
    metrics: VersionFigures
    base_id: str | None
    dataset_version_ids: tuple[str, ...]
    job_id: str | None
    created_by: int | None
    created_at: float
    aliases: tuple[Alias, ...] = ()


class AliasMove(BaseModel):
    """Who let an alias name another version, and when."""

    model_config = ConfigDict(frozen=True)

    recipe: str
    alias: Alias
    from_version_id: str | None
    to_version_id: str
    moved_by: int | None
    reason: str
    at: float


class ShadowDay(BaseModel):
    """What a version would have said otherwise than `production_id` on one `day` (YYYY-MM-DD).

    Of `windows` that both were asked, it called `more` anomalous that production did not, and
    `fewer` not that production did. `dropped` were not asked, since the server was busy.
    """

    model_config = ConfigDict(frozen=True)

    production_id: str
    day: str
    windows: int = Field(default=0, ge=0)
    more: int = Field(default=0, ge=0)
    fewer: int = Field(default=0, ge=0)
    dropped: int = Field(default=0, ge=0)
