"""Batches for the rest of the server and for workers."""

import csv
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backend.jobs.errors import UnknownJob, WrongJobState
from backend.jobs.service import JobService, JobWanted
from backend.media.image_jobs import IO_QUEUE
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.tabular import batch_store
from backend.tabular.errors import UnfinishedBatch, UnknownBatch, UnusableTable
from backend.tabular.served import Serving
from backend.versions.files import keep_files
from common.files import sha256_of
from contract.jobs import Job, JobKind, JobState
from contract.language import Language
from contract.tabular import Batch, BatchMade, BatchSpec
from modeling.tabular.checkpoint import CARD_NAME, MODEL_NAME, SCHEMA_NAME
from modeling.tabular.table_answers import TableError, check_header

TIME_LIMIT_SEC = 3600.0
HEADER_CHARACTERS = 2**16
CSV = "csv"


@dataclass(frozen=True)
class Rows:
    """A table among the blobs; `source` says where it is from: CSV, or a version's id."""

    file: str
    source: str = CSV

    @property
    def is_parquet(self) -> bool:
        """Whether it is no CSV file."""
        return self.source != CSV


@dataclass(frozen=True)
class By:
    """Who asks, and in which language remarks are to be."""

    household_id: int
    person_id: int | None = None
    language: Language = "ko"


class BatchService:
    """Thread-safe; methods raise DatabaseUnavailable, and BlobUnavailable where files are read."""

    def __init__(
        self,
        database: Database,
        jobs: JobService,
        blobs: Blobs,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._jobs, self._blobs, self._clock = database, jobs, blobs, clock

    def ask(self, serving: Serving, rows: Rows, by: By) -> Batch:
        """Let a job answer each row by the version that serves now.

        Raises SimulatedModel, and UnusableTable for a CSV file without what the model reads.
        """
        serving.check_shows(by.language)
        if not rows.is_parquet:
            _check_csv(self._blobs.path(rows.file), serving)
        spec = BatchSpec(
            model=serving.name,
            version=serving.schema.version,
            checkpoint=_kept(self._blobs, serving.folder),
            table=rows.file,
            is_parquet=rows.is_parquet,
            language=by.language,
        )
        batch = self._new(serving, rows, by)
        with self._database.writing() as db:
            batch_store.add(db, batch, spec)
        self._jobs.ask(_job(batch, spec))
        return batch

    def find(self, job_id: str, model: str, household_id: int) -> Batch:
        """One batch of a model; raises UnknownBatch."""
        with self._database.reading() as db:
            found = batch_store.find(db, job_id, household_id)
        if found is None or found.model != model:
            raise UnknownBatch(f"no batch {job_id[:40]} of {model}")
        return found

    def newest(self, model: str, household_id: int, limit: int = 50) -> list[Batch]:
        """Those of a model, newest first."""
        with self._database.reading() as db:
            return batch_store.newest(db, household_id, model, limit)

    def between(
        self, models: Sequence[str], since: float, until: float, household_id: int
    ) -> list[Batch]:
        """Those of models that were asked for from `since` to before `until`."""
        if not self._database.is_made:
            return []
        with self._database.reading() as db:
            return batch_store.between(db, household_id, models, since, until)

    def path(self, batch: Batch) -> Path:
        """Where its answers lie; raises UnfinishedBatch."""
        with self._database.reading() as db:
            file = batch_store.file_of(db, batch.job_id)
        if file is None:
            why = f": {batch.failure}" if batch.failure else ""
            raise UnfinishedBatch(f"the batch is {batch.state}{why}, expected a finished one")
        return self._blobs.path(file)

    def remove(self, batch: Batch) -> None:
        """Forget it, and let it not be answered any further; its files go within a day."""
        with suppress(UnknownJob, WrongJobState):
            self._jobs.cancel(batch.job_id, batch.household_id)
        with self._database.writing() as db:
            batch_store.remove(db, batch.job_id)

    def keep(self, job: Job, made: BatchMade, path: Path) -> Batch:
        """Offer the answers at `path` as what `job` has made: the same, if asked again.

        Raises UnknownJob where no batch was asked of it.
        """
        file, size = self._blobs.keep_file(path), path.stat().st_size
        with self._database.writing() as db:
            batch_store.finish(db, job.id, file, made.rows, size, self._clock())
            found = batch_store.find(db, job.id, job.household_id)
        if found is None:
            raise UnknownJob(f"no batch was asked of the job {job.id[:40]}")
        return found

    def _new(self, serving: Serving, rows: Rows, by: By) -> Batch:
        return Batch(
            job_id=uuid.uuid4().hex,
            household_id=by.household_id,
            model=serving.name,
            version=serving.schema.version,
            state=JobState.QUEUED,
            failure=None,
            source=rows.source,
            rows=None,
            bytes=None,
            is_generated=serving.schema.is_generated,
            created_by=by.person_id,
            created_at=self._clock(),
            finished_at=None,
        )


def _check_csv(path: Path, serving: Serving) -> None:
    """Raise UnusableTable where the file's first line names nothing that the model reads."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            line = file.readline(HEADER_CHARACTERS)
        header = next(csv.reader([line], strict=True), [])
        check_header([name.strip() for name in header], list(serving.features))
    except UnicodeDecodeError as error:
        raise UnusableTable("expected a CSV file in UTF-8") from error
    except (csv.Error, TableError) as error:
        raise UnusableTable(f"{error}, in a CSV file with commas") from error


def _kept(blobs: Blobs, folder: Path) -> dict[str, str]:
    """The files of a checkpoint by name, kept among the blobs."""
    files = {name: sha256_of(folder / name) for name in (MODEL_NAME, SCHEMA_NAME, CARD_NAME)}
    keep_files(blobs, folder, files)
    return files


def _job(batch: Batch, spec: BatchSpec) -> JobWanted:
    return JobWanted(
        kind=JobKind.BATCH,
        title=f"{batch.model} {batch.version}",
        spec=spec.model_dump(mode="json"),
        household_id=batch.household_id,
        created_by=batch.created_by,
        queue=IO_QUEUE,
        time_limit_sec=TIME_LIMIT_SEC,
        id=batch.job_id,
    )
