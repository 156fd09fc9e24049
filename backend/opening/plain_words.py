"""Opens the assistant, over the rooms that it asks."""

from starlette.datastructures import State

from backend.access.keys import Caller
from backend.config import BackendSettings
from backend.plain_words.known import Knowing
from backend.plain_words.service import PlainWordsService
from backend.training.recipes import RECIPES
from backend.training.schemas import TrainingWanted
from backend.training.service import TrainingService
from contract.chat import TrainingSetup
from contract.datasets import Subset
from contract.jobs import Job
from contract.training import DatasetChoice


class Trainings:
    """The room of training, as the assistant asks it."""

    def __init__(self, training: TrainingService) -> None:
        self._training = training

    def ask(self, setup: TrainingSetup, title: str, caller: Caller) -> Job:
        """Queue the training of a set-up that is whole; raises what TrainingService raises."""
        subset = None if setup.subset == Subset() else setup.subset
        wanted = TrainingWanted(
            recipe=setup.recipe or "",
            dataset_versions=tuple(
                DatasetChoice(id=it, subset=subset) for it in setup.dataset_version_ids
            ),
            settings=dict(setup.settings),
            base=setup.base,
            queue=setup.queue,
            title=title,
        )
        return self._training.ask(wanted, caller.household_id, caller.person_id)


def open_plain_words(state: State, settings: BackendSettings) -> None:
    """What reads plain words about a training."""
    state.provider_settings = settings
    known = Knowing(RECIPES, state.datasets, state.versions)
    state.plain_words = PlainWordsService(known, Trainings(state.training), state.people.zone)
