"""The thread that takes in what was uploaded, and looks after what nobody needs."""

import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from backend.datasets import store, upload_store
from backend.datasets.blob_owner import OTHERS, is_owner
from backend.datasets.errors import UnknownDataset, UnusableFiles
from backend.datasets.table_files.apart import make_apart
from backend.datasets.taking import Taking
from backend.datasets.uploads import Uploads
from backend.datasets.versioning import NewVersion, VersionMaker
from backend.errors import ApiError
from backend.part import Part, part
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from backend.storage.room import FreeBytes, free_bytes
from common.repeating import Repeating
from contract.datasets import Dataset, DatasetVersion, Upload

if TYPE_CHECKING:
    from backend.datasets.table_files.apart import MakeTable

logger = logging.getLogger(__name__)

RETRY_SEC = 5.0
NOTE_SEC = 0.5
"""How often it is written down how far an upload is."""
ELSEWHERE_SEC = 3600.0
"""An upload that is not in this server's folder may be in another's; after so long it is lost."""
CLEAN_SEC = 6 * 3600.0
STOP_SEC = 3.0
NOT_TAKEN_IN = "uploads are not taken in"

Namer = Callable[[], Iterable[str]]
"""The digests of all blobs that a room needs."""


class Stopped(Exception):
    """The server ends; the next start begins with this upload again."""


class Intake:
    """Thread-safe. `uploads` is set by who opens both. `namers` say which blobs are needed."""

    uploads: Uploads

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        maker: VersionMaker,
        namers: Sequence[Namer],
        free: FreeBytes = free_bytes,
        make_table: "MakeTable" = make_apart,
    ) -> None:
        self._database, self._blobs, self._maker = database, blobs, maker
        self._namers, self._free, self._clock = namers, free, maker.clock
        self._make_table = make_table
        self._failure: str | None = None
        self._others: str | None = None
        self._clean_at, self._noted_at = 0.0, 0.0
        self._repeating = Repeating(
            "datasets", self._round, RETRY_SEC, "data sets cannot be looked after"
        )

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._repeating.start()

    def stop(self) -> None:
        """Leave the rest to the next start."""
        self._repeating.stop(STOP_SEC)

    def wake(self) -> None:
        """There is an upload to take in."""
        self._repeating.wake()

    def clean_soon(self) -> None:
        """There may be files that nobody names any more."""
        self._clean_at = 0.0
        self._repeating.wake()

    def health(self) -> Part:
        """Whether what was uploaded is taken in."""
        if not self._repeating.is_running:
            return part("the thread that takes in uploads does not run")
        unforeseen = self._repeating.failure
        failure = self._failure or (unforeseen and f"{NOT_TAKEN_IN}: {unforeseen}")
        return part(failure or self._others)

    def clean(self) -> int:
        """End abandoned uploads, and delete the blobs that nobody names; how many."""
        self.uploads.give_up_abandoned()
        self._forget_unpacked()
        if not is_owner(self._database, self._blobs.owner):
            self._others = OTHERS.format(path=self._blobs.owner)
            return 0
        self._others = None
        named = {digest for namer in self._namers for digest in namer()}
        return self._blobs.delete_all_but(named, self._clock())

    def _forget_unpacked(self) -> None:
        """Delete what a kill has left of uploads that have ended."""
        with self._maker.alone:  # nobody else unpacks
            with self._database.reading() as db:
                known = upload_store.open_ids(db)
            for folder in self._blobs.staging("").glob("*"):
                if folder.name not in known:
                    shutil.rmtree(folder, ignore_errors=True)

    def _round(self) -> float | None:
        """Take in what there is; None where that is to be tried again."""
        if self._is_unused:
            return CLEAN_SEC
        try:
            self._take_all()
            if self._clock() >= self._clean_at:
                self._clean_at = self._clock() + CLEAN_SEC
                self.clean()
        except (Stopped, BlockingIOError):
            return None
        except (OSError, ApiError, SQLAlchemyError) as error:
            self._fail(str(error))
            return None
        self._failure = None
        return min(max(0.0, self._clean_at - self._clock()), CLEAN_SEC)

    @property
    def _is_unused(self) -> bool:
        """Whether nobody has a data set or a model of their own: no file is made for that."""
        return not self._database.is_made and not self._blobs.owner.exists()

    def _fail(self, reason: str) -> None:
        failure = f"{NOT_TAKEN_IN}: {reason}"
        if failure != self._failure:
            logger.error(failure)
        self._failure = failure

    def _take_all(self) -> None:
        """Raises BlockingIOError while another server takes in what lies in the same folder."""
        with self.uploads.claimed():
            with self._database.reading() as db:
                whole = upload_store.whole(db)
            for upload in whole:
                if self._is_here(upload):
                    self._take(upload)

    def _is_here(self, upload: Upload) -> bool:
        is_lost = upload.touched_at < self._clock() - ELSEWHERE_SEC
        return is_lost or self.uploads.zip_of(upload.id).exists()

    def _take(self, upload: Upload) -> None:
        """Make a version of it, or note why there is none; raises what is to be tried again."""
        try:
            self._make_version(upload)
        except (UnusableFiles, UnknownDataset, BlobUnavailable) as error:
            self._refuse(upload, str(error))
        except OSError as error:
            self._refuse(upload, f"the disk refuses: {error.strerror}")
        except (Stopped, DatabaseUnavailable):
            raise
        except Exception:  # else it would be tried for ever
            logger.exception("the upload %s failed", upload.id)
            self._refuse(upload, "the server failed; its log says why")
        self.uploads.zip_of(upload.id).unlink(missing_ok=True)

    def _make_version(self, upload: Upload) -> None:
        with self._maker.alone:
            dataset = self._dataset(upload)
            before = self._maker.files_before(dataset.id)
            progress = self._progress_of(upload)
            taking = Taking(upload, self._blobs, before, progress, self._free, self._make_table)
            try:
                files = taking.files(self.uploads.zip_of(upload.id))
                taking.keep()
            finally:
                taking.forget()
            new = NewVersion(dataset, files, before.values(), upload.created_by)
            self._maker.make(new, lambda db, version: self._finish(db, upload, version))

    def _dataset(self, upload: Upload) -> Dataset:
        """The one that it is for, or a new one; raises UnknownDataset where it was removed."""
        if upload.dataset_id is None:
            of = upload.household_id, upload.name, upload.kind, upload.created_by
            return self._maker.new_dataset(*of)
        with self._database.reading() as db:
            found = store.find(db, upload.dataset_id, upload.household_id)
        if found is None:
            raise UnknownDataset("expected a data set that is there, it was removed")
        return found

    def _finish(self, db: Connection, upload: Upload, version: DatasetVersion) -> None:
        ended = {"finished_at": self._clock(), "version_id": version.id, "doing": None}
        upload_store.change(db, upload.id, **ended)

    def _refuse(self, upload: Upload, failure: str) -> None:
        with self._database.writing() as db:
            upload_store.change(db, upload.id, finished_at=self._clock(), failure=failure)

    def _progress_of(self, upload: Upload) -> Callable[[str, int, int], None]:
        doing_before = ""

        def progress(doing: str, done: int, total: int) -> None:
            nonlocal doing_before
            if self._repeating.stops_within(0.0):
                raise Stopped
            if doing == doing_before and abs(self._clock() - self._noted_at) < NOTE_SEC:
                return
            doing_before, self._noted_at = doing, self._clock()
            with self._database.writing() as db:
                upload_store.change(db, upload.id, doing=doing, done=done, total=total)

        return progress
