"""Forms and data sets of a household, for what reads plain words about a training."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.access.keys import Caller
from backend.plain_words.known import Known
from contract.chat import TrainingSetup
from contract.datasets import (
    Dataset,
    DatasetFile,
    DatasetKind,
    DatasetManifest,
    DatasetVersion,
)
from contract.jobs import Job, JobKind, JobState
from contract.versions import Alias, Version, VersionFigures
from testkit.known_datasets import dataset_version


class DetectorForm(BaseModel):
    """What may be set of a made-up detector."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    epochs: Annotated[int, Field(ge=1, le=40)] = 5
    batch_size: Annotated[int, Field(ge=8, le=4096)] = 512
    learning_rate: Annotated[float, Field(gt=0, le=0.1)] = 4e-3
    max_batches: Annotated[int, Field(ge=1)] | None = None


class PicturesForm(BaseModel):
    """What may be set of a made-up picture classifier."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    epochs: Annotated[int, Field(ge=1, le=100)] = 10
    learning_rate: Annotated[float, Field(gt=0, le=0.1)] = 1e-3


SUNDAY = date(2026, 11, 29)
"""Today, wherever a day is asked for."""
SUNDAY_NOON = 1_795_921_200.0
"""In Seoul, in seconds since 1970."""


@dataclass(frozen=True)
class SomeRecipe:
    """A made-up recipe."""

    name: str
    takes: frozenset[DatasetKind]
    settings: type[BaseModel]


MOVING = frozenset({DatasetKind.CLIPS, DatasetKind.TRACKS})
FORMS = {
    "fall-lstm": SomeRecipe("fall-lstm", MOVING, DetectorForm),
    "pictures": SomeRecipe("pictures", frozenset({DatasetKind.PICTURES}), PicturesForm),
}


def third_version(
    name: str, kind: DatasetKind, labels: dict[str, int], version_id: str | None = None
) -> DatasetVersion:
    """The third version of a data set."""
    said = {"dataset_id": name, "name": name, "version": 3, "summary": labels}
    said |= {"manifest": f"manifest of {name}", "files": sum(labels.values())}
    return dataset_version(version_id or f"{name}-3", kind).model_copy(update=said)


VERSIONS = (
    third_version("거실 기록", DatasetKind.TRACKS, {"fall": 12, "false_alarm": 30}),
    third_version("Hall clips", DatasetKind.CLIPS, {"fall": 8, "lying": 5}),
    third_version("Doors", DatasetKind.PICTURES, {"open": 40, "shut": 40}),
)
CAMERAS, PEOPLE = frozenset({"kitchen", "거실 카메라"}), frozenset({"김영희"})
PRODUCTION = "version-in-production"
KNOWN = Known(FORMS, VERSIONS, CAMERAS, PEOPLE, {"fall-lstm": PRODUCTION})


class SomeDatasets:
    """A stand-in for the room of data sets, each household with its own."""

    def __init__(self, of: dict[int, tuple[DatasetVersion, ...]] | None = None) -> None:
        self.of = of or {1: VERSIONS}

    def all(self, household_id: int) -> list[Dataset]:
        """Those of a household."""
        return [
            Dataset(
                id=it.dataset_id, household_id=household_id, name=it.name, kind=it.kind,
                created_by=1, created_at=it.created_at, versions=(it,),
            )
            for it in self.of.get(household_id, ())
        ]  # fmt: skip

    def manifest(self, version: DatasetVersion) -> DatasetManifest:
        """A file of each camera and person."""
        files = [
            DatasetFile(path=camera, sha256="0" * 64, size=1, camera_id=camera)
            for camera in sorted(CAMERAS)
        ]
        person = DatasetFile(path="p", sha256="0" * 64, size=1, person="김영희")
        return DatasetManifest(kind=version.kind, files=(*files, person))


class SomeVersions:
    """A stand-in for the room of versions: `fall-lstm` has one in production."""

    def named(self, recipe: str, alias: Alias, household_id: int) -> Version | None:
        """The version that an alias names."""
        if recipe != "fall-lstm" or alias is not Alias.PRODUCTION:
            return None
        return Version(
            id=PRODUCTION, household_id=household_id, recipe=recipe, version="ab", files={},
            metrics=VersionFigures(), base_id=None, dataset_version_ids=(), job_id=None,
            created_by=None, created_at=1_800_000_000.0, aliases=(alias,),
        )  # fmt: skip


class SomeTrainings:
    """A stand-in for the room of training, which keeps what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[TrainingSetup, str, Caller]] = []

    def ask(self, setup: TrainingSetup, title: str, caller: Caller) -> Job:
        """A job that nobody carries out."""
        self.asked.append((setup, title, caller))
        return Job(
            id=f"job-{len(self.asked)}", household_id=caller.household_id, kind=JobKind.TRAINING,
            queue=setup.queue, title=title, spec=setup.model_dump(mode="json"),
            state=JobState.QUEUED, attempts=0, claim=0, worker=None, cancel_asked_at=None,
            done=None, total=None, doing=None, created_by=caller.person_id,
            created_at=SUNDAY_NOON, not_before=None, started_at=None, heartbeat_at=None,
            ended_at=None, time_limit_sec=3600.0, failure=None, result=None,
        )  # fmt: skip
