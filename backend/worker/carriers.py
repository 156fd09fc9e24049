"""Who carries out the jobs of which kind."""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from backend.config import WorkerSettings
from backend.datasets.blob_cache import BlobCache
from backend.datasets.service import DatasetService
from backend.deployments.carrier import ContainerCarrier
from backend.exports.carrier import ExportCarrier
from backend.exports.service import ExportService
from backend.jobs.carrier import Carrier
from backend.jobs.service import JobService
from backend.looks.carriers import CubeCarrier, LookCarrier
from backend.looks.files import LookFiles
from backend.looks.service import LookService
from backend.media.carrier import ImageCarrier
from backend.media.drivers.opening import open_driver
from backend.media.service import MediaService
from backend.poses.ordinary_keeper import ordinary_minutes
from backend.poses.store import ReplayStore
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.tabular.batch_service import BatchService
from backend.tabular.carrier import BatchCarrier
from backend.training.carrier import TrainingCarrier
from backend.versions.carrier import ComparisonCarrier
from backend.versions.service import VersionService
from contract.jobs import JobKind

Carriers = Mapping[JobKind, Carrier]


def open_blobs(settings: WorkerSettings, data_dir: Path) -> Blobs:
    """Those of this machine, or of the server on another one."""
    if settings.server_url is None:
        return Blobs(data_dir / "blobs")
    key = settings.api_key.get_secret_value() if settings.api_key else None
    most = settings.blob_cache_max_mb * 2**20
    return BlobCache(data_dir / "blob-cache", str(settings.server_url), key, most)


def open_carriers(
    database: Database, blobs: Blobs, settings: WorkerSettings, data_dir: Path
) -> Carriers:
    """All that there are, each by its kind; a room that has jobs adds its own here."""
    replays = data_dir / "poses"
    datasets = DatasetService(database, blobs)
    versions = VersionService(database, blobs)
    jobs = JobService(database)
    exports = ExportService(database, jobs, versions, blobs)
    carriers: tuple[Carrier, ...] = (
        TrainingCarrier(datasets, versions, settings.project_data),
        ComparisonCarrier(
            database,
            blobs,
            versions,
            datasets,
            ReplayStore(replays, settings.event_log_days),
            lambda since: ordinary_minutes(replays, since),
        ),
        ExportCarrier(exports, versions),
        ContainerCarrier(blobs),
        BatchCarrier(BatchService(database, jobs, blobs), blobs),
        *_picture_carriers(database, settings, data_dir),
    )
    return {carrier.kind: carrier for carrier in carriers}


def _picture_carriers(
    database: Database, settings: WorkerSettings, data_dir: Path
) -> tuple[Carrier, ...]:
    driver = open_driver(settings, data_dir)
    media = MediaService(database, driver)
    looks = LookService(database, JobService(database), media, LookFiles(driver))
    return (
        ImageCarrier(media, looks.put_into, settings.job_memory_mb),
        LookCarrier(looks, media),
        CubeCarrier(looks),
    )


def missing_of(modules: Iterable[str]) -> list[str]:
    """Which of these cannot be imported here."""
    return sorted({name for name in modules if not _is_installed(name)})


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its package is not there either
        return False
