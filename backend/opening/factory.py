"""Opens the factory: jobs, and what they are about."""

from starlette.datastructures import State

from backend.bus import Bus
from backend.config import BackendSettings
from backend.exports.service import ExportService
from backend.jobs.health import JobHealth
from backend.jobs.service import JobService
from backend.media.drivers.opening import open_driver
from backend.opening.assistant import open_assistant
from backend.opening.datasets import open_datasets
from backend.opening.deployments import open_deployments
from backend.opening.looks import open_looks
from backend.opening.media import open_media
from backend.opening.plain_words import open_plain_words
from backend.opening.tabular import open_tabular
from backend.opening.tools import open_tools
from backend.opening.versions import open_versions
from backend.storage.blobs import Blobs
from backend.storage.database import open_factory_database
from backend.training.service import TrainingService


def open_jobs(state: State, settings: BackendSettings) -> None:
    """What takes longer than a request; where its database is away, each use says so."""
    state.factory_database = open_factory_database(settings.database_address, settings.data_dir)
    state.jobs = JobService(state.factory_database)
    state.job_health = JobHealth(state.factory_database)


def open_factory(state: State, settings: BackendSettings, bus: Bus) -> None:
    """What makes detectors better: after the record, of which it learns."""
    database, blobs = state.factory_database, Blobs(settings.data_dir / "blobs")
    state.blobs = blobs
    open_datasets(state, settings)
    open_tabular(state, settings)
    open_versions(state, settings, bus)
    state.training = TrainingService(state.jobs, state.datasets, state.versions)
    state.exports = ExportService(database, state.jobs, state.versions, blobs)
    open_deployments(state, settings)
    state.media_driver = open_driver(settings, settings.data_dir)
    open_media(state)
    open_looks(state)
    open_plain_words(state, settings)
    open_tools(state)
    open_assistant(state, settings, bus)
