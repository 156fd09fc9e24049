"""What the assistant asks of the rooms below it."""

from collections.abc import Collection
from typing import Protocol

from pydantic import BaseModel

from backend.access.keys import Caller
from contract.chat import TrainingSetup
from contract.datasets import Dataset, DatasetKind, DatasetManifest, DatasetVersion
from contract.jobs import Job
from contract.versions import Alias, Version


class Recipe(Protocol):
    """A kind of model that can be trained."""

    @property
    def name(self) -> str:
        """By which a set-up names it."""

    @property
    def takes(self) -> Collection[DatasetKind]:
        """What data sets it learns from."""

    @property
    def settings(self) -> type[BaseModel]:
        """The schema of its hyperparameters."""


class Datasets(Protocol):
    """The room of data sets."""

    def all(self, household_id: int, /) -> list[Dataset]:
        """Those of a household, each with its versions, newest first."""

    def manifest(self, version: DatasetVersion, /) -> DatasetManifest:
        """All files of a version."""


class Versions(Protocol):
    """The room of versions."""

    def named(self, recipe: str, alias: Alias, household_id: int, /) -> Version | None:
        """The version that an alias names."""


class Trainings(Protocol):
    """The room of training."""

    def ask(self, setup: TrainingSetup, title: str, caller: Caller, /) -> Job:
        """Queue a training for the caller; raises ApiError where the set-up is refused."""
