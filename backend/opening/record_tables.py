"""Opens the record as tables."""

from starlette.datastructures import State

from backend.config import BackendSettings
from backend.record.service import RecordService


def open_record_tables(state: State, settings: BackendSettings) -> None:
    """After the events and the hours, of which they are made."""
    state.record = RecordService(settings.data_dir, state.database, state.people.zone)
