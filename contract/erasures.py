"""The erasure: what is taken out of the record, and what is kept of that."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.events import Timestamp
from contract.names import CameraName


class ErasureState(StrEnum):
    """How far an erasure has come."""

    PLANNED = "planned"
    """Nothing is erased: it was asked what would be."""
    RUNNING = "running"
    """It is under way, and goes on after a restart."""
    DONE = "done"
    """Nothing is left of what was to go."""


class ErasureKind(StrEnum):
    """Why something is erased."""

    ASKED = "asked"
    """Somebody asked for it."""
    RETENTION = "retention"
    """It is older than the household keeps its record: what people made of that stays."""


class ErasureAsked(BaseModel):
    """What is to go: all of a camera, all from `since` to before `until`, or what is both.

    Times are seconds since 1970 (UTC), by the clock of who saw it. One that is not given has no
    bound. `confirm` must be true, unless it is a `dry_run`, which only counts.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    camera_id: CameraName | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None
    confirm: bool = False
    dry_run: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.camera_id is None and self.since is None and self.until is None:
            raise ValueError("expected a camera_id, since or until: what is to be erased")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("expected since to be before until")
        if not self.confirm and not self.dry_run:
            raise ValueError("expected confirm to be true: nothing brings back what is erased")
        return self


class ErasedCounts(BaseModel):
    """How many of each.

    `events` are lines of the event log, `poses` replays of incidents, `dataset_files` copies of
    them, and of ordinary minutes, in data sets that were made of the record, `pictures` those that
    the household keeps. `conversations` are with the assistant; `predictions` and `batches` of
    tables were asked of models whose rows may be days of the household.
    """

    events: int = Field(default=0, ge=0)
    incidents: int = Field(default=0, ge=0)
    alerts: int = Field(default=0, ge=0)
    notes: int = Field(default=0, ge=0)
    poses: int = Field(default=0, ge=0)
    dataset_files: int = Field(default=0, ge=0)
    pictures: int = Field(default=0, ge=0)
    conversations: int = Field(default=0, ge=0)
    predictions: int = Field(default=0, ge=0)
    batches: int = Field(default=0, ge=0)


class LearntVersion(BaseModel):
    """A version of a model that has learnt from what was erased: nothing takes that out of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    recipe: str
    version: str


class ErasurePart(BaseModel):
    """What one of the servers that share a database has done of an erasure.

    `progress` is from 0 to 1. One that `is_away` was not seen for a week: the others wait no
    longer, and it erases its part when it is back.
    """

    model_config = ConfigDict(frozen=True)

    server: str
    progress: float
    finished_at: float | None
    is_away: bool


class Erasure(BaseModel):
    """One erasure.

    `person_id` is who asked for it, None for the household's API_KEY. `progress` is from 0 to 1.
    `kept` incidents were in it and went on, so that they were left. `learnt` are the versions of
    models that were trained on a data set with some of it in it, or go back to one that was. It is
    done once each of its `parts` is, but for servers that are away. Of the kind `retention` a
    household has one, that of its last night, which nobody asked for.
    """

    number: int | None
    kind: ErasureKind
    person_id: int | None
    camera_id: str | None
    since: float | None
    until: float | None
    asked_at: float
    finished_at: float | None
    state: ErasureState
    progress: float
    counts: ErasedCounts
    kept: int
    learnt: tuple[LearntVersion, ...] = ()
    parts: tuple[ErasurePart, ...] = ()
