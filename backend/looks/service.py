"""Looks for the rest of the server and for workers."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from backend.jobs.errors import UnknownJob, WrongJobState
from backend.jobs.service import JobService, JobWanted
from backend.looks import store
from backend.looks.errors import UnfinishedLook, UnknownLook
from backend.looks.files import LookFiles
from backend.looks.material import check_material
from backend.looks.schemas import CubeSpec
from backend.media.image_jobs import IO_QUEUE, ML_QUEUE, ImageJobs
from backend.media.service import MediaService
from backend.storage.database import Database
from contract.jobs import Job, JobKind, JobState
from contract.looks import CubeSize, Look, LookFigures, LookWanted
from contract.media import ImageSpec, ImageWork

LEARNING_LIMIT_SEC = 3600.0
EXPORT_LIMIT_SEC = 600.0


class LookService:
    """Thread-safe; methods raise DatabaseUnavailable, and MediaUnavailable where files are read."""

    def __init__(
        self,
        database: Database,
        jobs: JobService,
        media: MediaService,
        files: LookFiles,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._jobs, self._media = database, jobs, media
        self._image_jobs, self._files, self._clock = ImageJobs(media, jobs), files, clock

    def learn(self, wanted: LookWanted, household_id: int, created_by: int | None = None) -> Look:
        """Let a job learn it; raises BadLook, UnknownImage and WrongImageState."""
        check_material(self._media, wanted, household_id)
        look = _new(wanted, household_id, created_by, self._clock())
        with self._database.writing() as db:
            store.add(db, look)
        self._jobs.ask(_learning(look, wanted))
        return look

    def find(self, look_id: str, household_id: int) -> Look:
        """One look; raises UnknownLook."""
        with self._database.reading() as db:
            found = store.find(db, look_id, household_id)
        if found is None:
            raise UnknownLook(f"no look {look_id[:40]}")
        return found

    def finished(self, look_id: str, household_id: int) -> Look:
        """One that was learnt; raises UnknownLook and UnfinishedLook."""
        look = self.find(look_id, household_id)
        if look.finished_at is None:
            why = f": {look.failure}" if look.failure else ""
            raise UnfinishedLook(f"the look is {look.state}{why}, expected one that is finished")
        return look

    def newest(self, household_id: int, limit: int = 50) -> list[Look]:
        """Newest first."""
        with self._database.reading() as db:
            return store.newest(db, household_id, limit)

    def remove(self, look_id: str, household_id: int) -> None:
        """Delete it with its files, and let it not be learnt any further; raises UnknownLook.

        The files go first: asked again after a kill, the rest goes.
        """
        look = self.find(look_id, household_id)
        with suppress(UnknownJob, WrongJobState):
            self._jobs.cancel(look.job_id, household_id)
        self._files.erase(look.id)
        with self._database.writing() as db:
            store.remove(db, look.id, self._clock())
        self._files.erase(look.id)  # what a job has written meanwhile

    def strays(self) -> list[str]:
        """The keys of files whose look is no more, or never was."""
        keys = self._files.keys()
        with self._database.reading() as db:
            known = store.known(db)
        return [key for key, look_id in keys.items() if look_id not in known]

    def apply(
        self, look_id: str, image_id: str, household_id: int, created_by: int | None = None
    ) -> Job:
        """Let a job put a picture through it.

        Raises UnknownLook, UnfinishedLook, UnknownImage and WrongImageState.
        """
        look = self.finished(look_id, household_id)
        spec = ImageSpec(image_id=image_id, work=ImageWork.APPLY_LOOK, look_id=look.id)
        return self._image_jobs.ask(spec, household_id, created_by)

    def export(
        self, look_id: str, size: CubeSize, household_id: int, created_by: int | None = None
    ) -> Job:
        """Let a job write it as a `.cube` file; raises UnknownLook and UnfinishedLook."""
        look = self.finished(look_id, household_id)
        wanted = JobWanted(
            kind=JobKind.CUBE,
            title=f"{look.name}: {size}.cube",
            spec=CubeSpec(look_id=look.id, size=size).model_dump(),
            household_id=household_id,
            created_by=created_by,
            queue=IO_QUEUE,
            time_limit_sec=EXPORT_LIMIT_SEC,
        )
        return self._jobs.ask(wanted)

    def cube(self, look: Look, size: CubeSize) -> Iterator[bytes]:
        """The `.cube` file of this size; raises UnknownCube."""
        return self._files.cube(look.id, size)

    def cubes(self, look: Look) -> list[CubeSize]:
        """The sizes of which there is a `.cube` file."""
        return self._files.cubes(look.id)

    def zipped(self, look: Look) -> bytes:
        """All its files as a zip; raises UnknownFile."""
        return self._files.zipped(look.id)

    def put_into(self, look_id: str, household_id: int, folder: Path) -> None:
        """Put its files there for a job; raises UnknownLook, UnfinishedLook and UnknownFile."""
        self._files.put_into(self.finished(look_id, household_id).id, folder)

    def keep(self, job: Job, figures: LookFigures, folder: Path) -> Look:
        """Keep what `job` has learnt, which lies in a folder: the same, if asked again.

        Raises UnknownLook where it was deleted meanwhile, and UnknownImage where one of the
        pictures was erased, of which it would say something still.
        """
        look = self._of_job(job)
        if look.finished_at is None:
            check_material(self._media, LookWanted.model_validate(job.spec), job.household_id)
        size = self._files.keep(look.id, folder)
        with self._database.writing() as db:
            is_kept = store.finish(db, look.id, figures, size, self._clock())
        if not is_kept:
            self._files.erase(look.id)
        return self._of_job(job)

    def keep_cube(self, job: Job, path: Path) -> int:
        """Keep the `.cube` file that `job` has written; its bytes. Raises UnknownLook."""
        spec = CubeSpec.model_validate(job.spec)
        look = self.finished(spec.look_id, job.household_id)
        size = self._files.keep_cube(look.id, spec.size, path)
        try:
            self.find(look.id, job.household_id)
        except UnknownLook:  # deleted meanwhile
            self._files.erase(look.id)
            raise
        return size

    def _of_job(self, job: Job) -> Look:
        with self._database.reading() as db:
            found = store.of_job(db, job.id)
        if found is None:
            raise UnknownLook("the look was deleted meanwhile")
        return found


def _new(wanted: LookWanted, household_id: int, created_by: int | None, now: float) -> Look:
    return Look(
        id=uuid.uuid4().hex,
        household_id=household_id,
        name=wanted.name,
        method=wanted.method,
        learnt_from=wanted.learnt_from,
        job_id=uuid.uuid4().hex,
        state=JobState.QUEUED,
        failure=None,
        figures=None,
        bytes=None,
        created_by=created_by,
        created_at=now,
        finished_at=None,
    )


def _learning(look: Look, wanted: LookWanted) -> JobWanted:
    return JobWanted(
        kind=JobKind.LOOK,
        title=look.name,
        spec=wanted.model_dump(mode="json"),
        household_id=look.household_id,
        created_by=look.created_by,
        queue=ML_QUEUE,
        time_limit_sec=LEARNING_LIMIT_SEC,
        id=look.job_id,
    )
