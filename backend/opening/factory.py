"""Opens the factory: jobs, and what they are about."""

from starlette.datastructures import State

from backend.config import BackendSettings
from backend.datasets.service import DatasetService
from backend.jobs.health import JobHealth
from backend.jobs.service import JobService
from backend.storage.blobs import Blobs
from backend.storage.database import Database, open_factory_database
from backend.storage.shared_file import SharedFile
from backend.training.service import TrainingService
from backend.versions.service import VersionService


def open_jobs(state: State, settings: BackendSettings) -> None:
    """What takes longer than a request; where its database is away, each use says so."""
    state.factory_database = open_factory_database(settings.database_address, settings.data_dir)
    state.jobs = JobService(state.factory_database)
    state.job_health = JobHealth(state.factory_database, lambda: _is_used(state.factory_database))


def open_factory(state: State, settings: BackendSettings) -> None:
    """What makes detectors better."""
    state.blobs = Blobs(settings.data_dir / "blobs")
    state.datasets = DatasetService(state.factory_database, state.blobs)
    state.versions = VersionService(state.factory_database, state.blobs)
    state.training = TrainingService(state.jobs, state.datasets, state.versions)


def _is_used(database: Database) -> bool:
    """Whether anybody has asked for a job: until then the file is not made."""
    return not isinstance(database, SharedFile) or database.is_made
