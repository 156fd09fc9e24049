"""Opens the record as tables."""

from starlette.datastructures import State

from backend.config import BackendSettings
from backend.record.service import RecordService
from backend.record.sharing import Shares


def open_record_tables(state: State, settings: BackendSettings) -> None:
    """After the events and the hours, of which they are made."""
    objects, tail_sec = state.shared_objects, settings.record_tail_minutes * 60.0
    state.record = RecordService(
        settings.data_dir,
        state.database,
        state.people.zone,
        shares=objects and Shares(objects, state.server_name, tail_sec),
    )
