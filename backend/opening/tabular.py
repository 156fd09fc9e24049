"""Opens the models that read a row of a table."""

from starlette.datastructures import State

from backend.config import BackendSettings
from backend.tabular.batch_service import BatchService
from backend.tabular.history import History
from backend.tabular.service import TabularService


def open_tabular(state: State, settings: BackendSettings) -> None:
    """After jobs and blobs; before the versions, which the models follow."""
    history = History(state.factory_database, settings.prediction_history_days)
    state.tabular = TabularService(settings.vision_checkpoints_path, history)
    state.batches = BatchService(state.factory_database, state.jobs, state.blobs)
