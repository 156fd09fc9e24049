"""Exports for the rest of the server and for workers."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from backend.exports import store
from backend.exports.errors import NotFinished, NoWeights, UnknownExport
from backend.jobs.errors import UnknownJob
from backend.jobs.service import JobService, JobWanted
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.versions.service import VersionService
from contract.exports import Export, ExportFormat, ExportMade, ExportSpec, ExportWanted, Precision
from contract.jobs import Job, JobKind, JobState
from contract.tabular import TABULAR_RECIPES
from contract.versions import Version

WEIGHTS = "weights.pt"
TIME_LIMIT_SEC = 3600.0


class ExportService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable."""

    def __init__(
        self,
        database: Database,
        jobs: JobService,
        versions: VersionService,
        blobs: Blobs,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._jobs, self._versions = database, jobs, versions
        self._blobs, self._clock = blobs, clock

    def ask(self, wanted: ExportWanted, household_id: int, created_by: int | None = None) -> Export:
        """Let a job make it, or answer what was asked for before and has not failed.

        Raises UnknownVersion and NoWeights.
        """
        version = self._versions.find(wanted.version_id, household_id)
        _check_weights(version, wanted)
        with self._database.writing() as db:
            found = store.same(db, wanted, household_id)
            if found is None:
                found = _new(wanted, household_id, created_by, self._clock())
                store.add(db, found)
        if found.file is None:
            self._jobs.ask(_job(found, version))
        return found

    def find(self, export_id: str, household_id: int) -> Export:
        """One export; raises UnknownExport."""
        with self._database.reading() as db:
            found = store.find(db, export_id, household_id)
        if found is None:
            raise UnknownExport(f"no export {export_id[:40]}")
        return found

    def newest(
        self, household_id: int, version_id: str | None = None, limit: int = 50
    ) -> list[Export]:
        """Those of a version, or of all, newest first."""
        with self._database.reading() as db:
            return store.newest(db, household_id, version_id, limit)

    def path(self, export: Export) -> Path:
        """Where its file lies; raises NotFinished and BlobUnavailable."""
        if export.file is None:
            why = f": {export.failure}" if export.failure else ""
            raise NotFinished(f"the export is {export.state}{why}, expected one that is finished")
        return self._blobs.path(export.file)

    def keep(self, job: Job, made: ExportMade, path: Path) -> Export:
        """Offer the file at `path` as what `job` has made: once, if asked again too.

        Raises UnknownJob where no export was asked of it.
        """
        spec = ExportSpec.model_validate(job.spec)
        name = made.file.replace("model", f"{spec.recipe}-{spec.version}", 1)
        kept = store.Kept(self._blobs.keep_file(path), name, path.stat().st_size)
        with self._database.writing() as db:
            store.finish(db, job.id, made, kept, self._clock())
            found = store.of_job(db, job.id)
        if found is None:
            raise UnknownJob(f"no export was asked of the job {job.id[:40]}")
        return found


def _check_weights(version: Version, wanted: ExportWanted) -> None:
    """Raises NoWeights; what serves is offered as it is."""
    if version.recipe in TABULAR_RECIPES:
        raise NoWeights(
            f"{version.recipe} has trees, expected a network: a deployment of the kind download "
            "has its files"
        )
    as_it_is = (wanted.format, wanted.precision) == (ExportFormat.ONNX, Precision.FULL)
    if WEIGHTS not in version.files and not as_it_is:
        raise NoWeights(
            f"{version.recipe} {version.version} came without {WEIGHTS}: expected the format onnx "
            "in full precision, in which it came, or a version that was trained here"
        )


def _new(wanted: ExportWanted, household_id: int, created_by: int | None, now: float) -> Export:
    return Export(
        id=uuid.uuid4().hex,
        household_id=household_id,
        version_id=wanted.version_id,
        format=wanted.format,
        precision=wanted.precision,
        job_id=uuid.uuid4().hex,
        state=JobState.QUEUED,
        failure=None,
        file=None,
        file_name=None,
        bytes=None,
        difference=None,
        checked_on=None,
        created_by=created_by,
        created_at=now,
        finished_at=None,
    )


def _job(export: Export, version: Version) -> JobWanted:
    spec = ExportSpec(
        version_id=version.id,
        format=export.format,
        precision=export.precision,
        recipe=version.recipe,
        version=version.version,
    )
    return JobWanted(
        kind=JobKind.EXPORT,
        title=f"{version.recipe} {version.version}: {export.format}, {export.precision}",
        spec=spec.model_dump(mode="json"),
        household_id=export.household_id,
        created_by=export.created_by,
        time_limit_sec=TIME_LIMIT_SEC,
        id=export.job_id,
    )
