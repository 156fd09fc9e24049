"""Uploads: a zip comes in pieces, each at the offset that the disk has."""

import os
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from backend.datasets import store, upload_store
from backend.datasets.errors import (
    DiskFull,
    TooManyUploads,
    UnknownDataset,
    UnknownUpload,
    UploadBusy,
    UploadOver,
    WrongOffset,
)
from backend.datasets.piece import Piece
from backend.errors import InvalidInput
from backend.storage.database import Database
from backend.storage.room import ROOM_BYTES, FreeBytes, free_bytes
from common.files import claim
from contract.datasets import Upload, UploadWanted

MOST_OPEN = 20
ABANDONED_SEC = 86_400.0


class Uploads:
    """Thread-safe; its methods wait for disk and database, and raise DatabaseUnavailable.

    The zips lie in `folder`. `when_whole` is called once all of one is there.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        when_whole: Callable[[], None],
        clock: Callable[[], float] = time.time,
        free: FreeBytes = free_bytes,
    ) -> None:
        self._database, self._folder, self._when_whole = database, folder, when_whole
        self._clock, self._free = clock, free
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def begin(self, wanted: UploadWanted, household_id: int, created_by: int | None) -> Upload:
        """An upload to which pieces may be sent.

        Raises UnknownDataset, InvalidInput for another kind, TooManyUploads and DiskFull.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._database.writing() as db:
            name = wanted.name
            if wanted.dataset_id is not None:
                dataset = store.find(db, wanted.dataset_id, household_id)
                if dataset is None:
                    raise UnknownDataset("expected the id of a data set that is there")
                if dataset.kind is not wanted.kind:
                    raise InvalidInput(f"kind: expected {dataset.kind}, as the data set is")
                name = dataset.name
            if upload_store.count_open(db) >= MOST_OPEN:
                raise TooManyUploads(f"expected at most {MOST_OPEN} uploads that have not ended")
            self._check_room(wanted.size, upload_store.bytes_to_come(db))
            upload = _new(wanted, name or "", household_id, created_by, self._clock())
            upload_store.add(db, upload)
        return upload

    def _check_room(self, size: int, promised: int) -> None:
        """Raise DiskFull; what other uploads have still to write is not free."""
        needed = 2 * size + promised + ROOM_BYTES
        if (free := self._free(self._folder)) < needed:
            said = f"{needed >> 20} MiB of room on the disk, there are {free >> 20}"
            raise DiskFull(f"expected {said}")

    def find(self, upload_id: str, household_id: int) -> Upload:
        """One upload; raises UnknownUpload."""
        with self._database.reading() as db:
            found = upload_store.find(db, upload_id, household_id)
        if found is None:
            raise UnknownUpload(f"no upload {upload_id[:40]!r}")
        return found

    def newest(self, household_id: int, limit: int = 50) -> list[Upload]:
        """The newest, newest first."""
        with self._database.reading() as db:
            return upload_store.newest(db, household_id, limit)

    def piece(self, upload_id: str, offset: int, household_id: int) -> Piece:
        """The next piece, to be written and closed.

        Raises UnknownUpload, UploadOver, UploadBusy, and WrongOffset where it does not begin at
        the upload's end.
        """
        upload = self.find(upload_id, household_id)
        if upload.finished_at is not None:
            raise UploadOver(f"the upload has ended: {upload.failure or 'its version is made'}")
        self._claim(upload_id)
        try:
            upload = self.find(upload_id, household_id)
            _check_offset(upload, offset)
            file = self._opened(upload)
        except BaseException:
            self._release(upload_id)
            raise
        return Piece(
            upload,
            file,
            lambda received: self._note(upload, received),
            lambda: self._release(upload_id),
        )

    def give_up(self, upload_id: str, household_id: int) -> None:
        """End one that is not whole, and forget what has come of it.

        Raises UnknownUpload, UploadOver and UploadBusy.
        """
        upload = self.find(upload_id, household_id)
        self._end(upload, "it was given up")

    def give_up_abandoned(self) -> None:
        """End those of which nothing has come for a day, and delete what belongs to none."""
        with self._database.reading() as db:
            abandoned = upload_store.untouched(db, self._clock() - ABANDONED_SEC)
        for upload in abandoned:
            with suppress(UploadBusy, UploadOver):
                self._end(upload, "nothing came for a day, expected the rest of it")
        with self._database.reading() as db:
            known = upload_store.open_ids(db)
        for path in self._folder.glob("*.zip"):
            if path.stem not in known:
                path.unlink(missing_ok=True)

    def claimed(self) -> BinaryIO:
        """Held by the one server that takes in what lies here; raises BlockingIOError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return claim(self._folder / "lock")

    def zip_of(self, upload_id: str) -> Path:
        """Where its bytes lie."""
        return self._folder / f"{upload_id}.zip"

    def _opened(self, upload: Upload) -> BinaryIO:
        descriptor = os.open(self.zip_of(upload.id), os.O_WRONLY | os.O_CREAT, 0o600)
        file = os.fdopen(descriptor, "wb")
        # What came after the last sync of a run that was killed may be anything.
        file.truncate(upload.received)
        file.seek(upload.received)
        return file

    def _end(self, upload: Upload, failure: str) -> None:
        """Raises UploadOver and UploadBusy."""
        self._claim(upload.id)
        try:
            _check_not_whole(self.find(upload.id, upload.household_id))
            with self._database.writing() as db:
                upload_store.change(db, upload.id, finished_at=self._clock(), failure=failure)
            self.zip_of(upload.id).unlink(missing_ok=True)
        finally:
            self._release(upload.id)

    def _note(self, upload: Upload, received: int) -> None:
        with self._database.writing() as db:
            upload_store.change(db, upload.id, received=received, touched_at=self._clock())
        if received == upload.size:
            self._when_whole()

    def _claim(self, upload_id: str) -> None:
        with self._lock:
            if upload_id in self._busy:
                raise UploadBusy("another piece of it is being received; ask for the offset")
            self._busy.add(upload_id)

    def _release(self, upload_id: str) -> None:
        with self._lock:
            self._busy.discard(upload_id)


def _check_offset(upload: Upload, offset: int) -> None:
    if offset != upload.received or upload.received == upload.size:
        raise WrongOffset(f"expected a piece at {upload.received} of {upload.size} bytes")


def _check_not_whole(upload: Upload) -> None:
    if upload.finished_at is not None:
        raise UploadOver("the upload has ended already")
    if upload.received == upload.size:
        raise UploadBusy("the upload is being taken in; delete the data set afterwards")


def _new(
    wanted: UploadWanted, name: str, household_id: int, created_by: int | None, now: float
) -> Upload:
    return Upload(
        id=uuid.uuid4().hex,
        household_id=household_id,
        name=name,
        kind=wanted.kind,
        dataset_id=wanted.dataset_id,
        only_changes=wanted.only_changes,
        size=wanted.size,
        sha256=wanted.sha256,
        received=0,
        doing=None,
        done=None,
        total=None,
        created_by=created_by,
        created_at=now,
        touched_at=now,
        finished_at=None,
        version_id=None,
        failure=None,
    )
