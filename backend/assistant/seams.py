"""What the assistant asks of the rooms below it."""

from typing import Protocol

from backend.access.keys import Caller
from contract.chat import TrainingSetup
from contract.datasets import Dataset, DatasetManifest, DatasetVersion
from contract.jobs import Job
from contract.versions import Alias, Version


class Datasets(Protocol):
    """The room of data sets."""

    def all(self, household_id: int = 1, /) -> list[Dataset]:
        """Those of a household, each with its versions, newest first."""

    def manifest(self, version: DatasetVersion, /) -> DatasetManifest:
        """All files of a version."""


class Versions(Protocol):
    """The room of versions."""

    def named(self, recipe: str, alias: Alias, household_id: int = 1, /) -> Version | None:
        """The version that an alias names."""


class Trainings(Protocol):
    """The room of training."""

    def ask(self, setup: TrainingSetup, title: str, caller: Caller, /) -> Job:
        """Queue a training for whoever asks; raises ApiError where the set-up is refused."""
