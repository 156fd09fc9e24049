"""Opens the factory: jobs, and what they are about."""

from starlette.datastructures import State

from backend.config import BackendSettings
from backend.jobs.service import JobService
from backend.storage.blobs import Blobs
from backend.storage.database import open_factory_database


def open_factory(state: State, settings: BackendSettings) -> None:
    """What makes detectors better; where its database is away, each use says so."""
    state.factory_database = open_factory_database(settings.database_address, settings.data_dir)
    state.blobs = Blobs(settings.data_dir / "blobs")
    state.jobs = JobService(state.factory_database)
