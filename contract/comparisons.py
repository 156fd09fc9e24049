"""Versions of one recipe beside each other: what is to be compared, and what came of it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from contract.jobs import JobState
from contract.versions import Figure, Share, VersionFigures

TASK_NAME, REPORT_NAME = "comparison.json", "report.json"
"""In the folder of a comparison's job: what is to be done, and what came of it."""
VERSIONS, DATASET, RECORD = "versions", "dataset", "record"
"""Folders beside them: a checkpoint per version, the data set, and the poses of the record."""


class ComparisonAsked(BaseModel):
    """Which versions; they are measured again on a version of a data set where one is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version_ids: tuple[str, ...] = Field(min_length=2, max_length=8)
    dataset_version_id: str | None = None


class Truth(StrEnum):
    """What a stretch of the household's record shows."""

    FALL = "fall"
    """A fall, as a person says."""
    FALSE_ALARM = "false_alarm"
    """None, as a person says."""
    UNJUDGED = "unjudged"
    """An incident of which nobody has said what it was."""
    ORDINARY = "ordinary"
    """Minutes in which nothing was told."""


class Stretch(BaseModel):
    """Poses that were kept: around an incident, or of an ordinary minute, which has no incident.

    `track` names the file of its poses; `at` is when it was, in seconds since 1970.
    """

    model_config = ConfigDict(frozen=True)

    track: str
    incident_id: str | None
    camera_id: str
    at: float
    truth: Truth


class Contender(BaseModel):
    """A version that is compared, with the figures of its own evaluation."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: str
    figures: VersionFigures


class ComparisonSpec(BaseModel):
    """What a comparison's job is asked; the others are held to the first version."""

    model_config = ConfigDict(frozen=True)

    recipe: str
    contenders: tuple[Contender, ...]
    dataset_version_id: str | None


class ComparisonTask(ComparisonSpec):
    """What the process of a comparison finds in its folder."""

    stretches: tuple[Stretch, ...]


class Evaluated(BaseModel):
    """What the live event machine made of clips; with 95 % intervals that count groups."""

    model_config = ConfigDict(frozen=True)

    clips: int
    minutes: float
    falls_told: Share
    told_falsely: int
    told_falsely_an_hour: Figure | None


class EvaluatedAnew(BaseModel):
    """A version over a data set, at its own thresholds.

    `unknown` are the clips of groups that no compared version was trained on; on those that one
    was, which are `known`, figures prove nothing. This version was trained on `trained_on` clips.
    """

    model_config = ConfigDict(frozen=True)

    trained_on: int
    unknown: Evaluated | None
    known: Evaluated | None


class Replayed(BaseModel):
    """What a version makes of the household's own record: counted is what is told.

    Of the falls those told; of the false alarms, and of what nobody has judged, those told again;
    and what is told in so many `ordinary_minutes`.
    """

    model_config = ConfigDict(frozen=True)

    falls_told: Share
    false_alarms_told: Share
    unjudged_told: Share
    ordinary_minutes: float
    ordinary_told: int
    ordinary_told_an_hour: Figure | None


class Change(StrEnum):
    """What would have been otherwise."""

    FALL_FOUND = "fall_found"
    FALL_LOST = "fall_lost"
    ALARM_MORE = "alarm_more"
    ALARM_FEWER = "alarm_fewer"


class Difference(BaseModel):
    """One stretch of the record of which a version says otherwise than the first one."""

    model_config = ConfigDict(frozen=True)

    change: Change
    truth: Truth
    incident_id: str | None
    camera_id: str
    at: float


class Compared(BaseModel):
    """One version; `changes` counts its `differences` from the first version, which has none."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: str
    figures: VersionFigures
    evaluated: EvaluatedAnew | None
    replayed: Replayed | None
    changes: dict[Change, int]
    differences: tuple[Difference, ...]


class ComparisonReport(BaseModel):
    """Versions beside each other, the one that the others are held to first.

    `is_same_data` says whether their own figures were measured on the same data. `no_replay` says
    why the record was not replayed; None where it was. `unreadable` counts stretches whose poses
    could not be read.
    """

    model_config = ConfigDict(frozen=True)

    recipe: str
    dataset_version_id: str | None
    is_same_data: bool
    no_replay: str | None
    stretches: int
    unreadable: int
    versions: tuple[Compared, ...]


class Comparison(BaseModel):
    """A comparison as it stands; its job has the same id. `report` is there once it is finished."""

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    version_ids: tuple[str, ...]
    state: JobState
    created_by: int | None
    created_at: float
    finished_at: float | None
    report: ComparisonReport | None = None
