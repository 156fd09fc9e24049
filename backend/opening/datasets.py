"""Opens the data sets, and who takes uploads in."""

from datetime import date, datetime

from starlette.datastructures import State

from backend.config import BackendSettings
from backend.datasets.dataset_tables import DatasetTables
from backend.datasets.erasing import RecordEraser
from backend.datasets.from_record import Record, RecordDatasets
from backend.datasets.intake import Intake
from backend.datasets.service import DatasetService
from backend.datasets.sharing import Shares
from backend.datasets.uploads import Uploads
from backend.opening.blob_namers import namers_of


def open_datasets(state: State, settings: BackendSettings) -> None:
    """After the jobs and the record."""
    database, blobs = state.factory_database, state.blobs
    state.datasets = DatasetService(database, blobs)
    state.dataset_tables = DatasetTables(state.datasets)
    state.dataset_shares = Shares(database, state.datasets)
    namers = namers_of(database, state.datasets)
    state.dataset_intake = Intake(database, blobs, state.datasets.maker, namers)
    folder = settings.data_dir / "uploads"
    state.uploads = Uploads(database, folder, state.dataset_intake.wake)
    state.dataset_intake.uploads = state.uploads

    def today(household_id: int) -> date:
        return datetime.now(state.people.zone(household_id)).date()

    state.record_eraser = RecordEraser(database, blobs, state.datasets.maker, namers, today)
    household_of = state.cameras.household_of
    record = Record(state.incidents, state.escalation, state.poses, state.people, household_of)
    state.record_datasets = RecordDatasets(database, blobs, state.datasets.maker, record)
