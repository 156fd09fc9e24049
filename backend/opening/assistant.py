"""Opens the assistant, over the rooms that it asks."""

from starlette.datastructures import State

from backend.access.keys import Caller
from backend.assistant.known import Knowing
from backend.assistant.service import AssistantService
from backend.config import BackendSettings
from backend.training.recipes import RECIPES
from contract.chat import TrainingSetup
from contract.datasets import Dataset, DatasetManifest, DatasetVersion
from contract.jobs import Job
from contract.versions import Alias, Version


class NotOpen:
    """In the place of the rooms of data sets, versions and training: there is nothing in them."""

    def all(self, _household_id: int = 1) -> list[Dataset]:
        """No data sets."""
        return []

    def manifest(self, _version: DatasetVersion) -> DatasetManifest:
        """Nobody asks: there is no data set."""
        raise NotImplementedError

    def named(self, _recipe: str, _alias: Alias, _household_id: int = 1) -> Version | None:
        """No version."""
        return None

    def ask(self, _setup: TrainingSetup, _title: str, _caller: Caller) -> Job:
        """Nobody asks: no set-up is whole without a data set."""
        raise NotImplementedError


def open_assistant(state: State, settings: BackendSettings) -> None:
    """What reads plain words about a training."""
    rooms = NotOpen()
    state.assistant_settings = settings
    state.assistant = AssistantService(Knowing(RECIPES, rooms, rooms), rooms, state.people.zone)
