"""Data sets on a real disk, without the rest of the server."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from backend.datasets.intake import Intake
from backend.datasets.service import DatasetService
from backend.datasets.sharing import Shares
from backend.datasets.table_files.making import make_table
from backend.datasets.uploads import Uploads
from backend.storage.blobs import Blobs
from backend.storage.room import FreeBytes, free_bytes
from backend.storage.shared_file import SharedFile
from contract.datasets import DatasetKind, DatasetVersion, Upload, UploadWanted
from testkit.dataset_zips import zipped
from testkit.households import HOME


class DatasetsAlone:
    """The room as a server opens it, in `folder`; start and stop it as a context."""

    wait_sec = 120.0
    """What takes longer hangs."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.time,
        free: FreeBytes = free_bytes,
    ) -> None:
        self.folder, self.blobs = folder, Blobs(folder / "blobs")
        self.database = SharedFile(folder / "jobs" / "factory.sqlite3")
        self.service = DatasetService(self.database, self.blobs)
        self.shares = Shares(self.database, self.service, clock)
        self.service.maker.clock = clock
        namers = [self.service.named_blobs]
        of = self.database, self.blobs, self.service.maker, namers, free
        self.intake = Intake(*of, make_table)  # in this process, which is quicker
        self.uploads = Uploads(self.database, folder / "uploads", self.intake.wake, clock, free)
        self.intake.uploads = self.uploads

    def __enter__(self) -> "DatasetsAlone":
        self.intake.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.intake.stop()
        self.database.close()

    def send(
        self,
        content: bytes,
        kind: DatasetKind = DatasetKind.PICTURES,
        dataset_id: str | None = None,
        only_changes: bool = False,
    ) -> Upload:
        """Upload a zip in one piece; how it ended."""
        wanted = UploadWanted(
            name=None if dataset_id else "모음",
            dataset_id=dataset_id,
            kind=kind,
            size=len(content),
            only_changes=only_changes,
        )
        upload = self.uploads.begin(wanted, 1, None)
        piece = self.uploads.piece(upload.id, 0, 1)
        piece.write(content)
        piece.close()
        return self.ended(upload.id)

    def take(
        self,
        files: Mapping[str, bytes],
        kind: DatasetKind = DatasetKind.PICTURES,
        dataset_id: str | None = None,
        only_changes: bool = False,
    ) -> DatasetVersion:
        """The version that these files make; raises ValueError where they are refused."""
        ended = self.send(zipped(files), kind, dataset_id, only_changes)
        if ended.version_id is None:
            raise ValueError(ended.failure)
        return self.service.version(ended.version_id, HOME)

    def ended(self, upload_id: str) -> Upload:
        """The upload once it is taken in, or refused, and its zip is gone."""
        give_up_at = time.monotonic() + self.wait_sec
        while time.monotonic() < give_up_at:
            upload = self.uploads.find(upload_id, 1)
            if upload.finished_at is not None and not self.uploads.zip_of(upload_id).exists():
                return upload
            time.sleep(0.005)
        raise TimeoutError(upload)

    def left_behind(self) -> list[str]:
        """The files of uploads and blobs that lie on the disk, by their paths.

        Not those by which the server claims its blobs, which it may be writing just now.
        """
        folders = (self.folder / "uploads", self.folder / "blobs")
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        ours = {"lock", "owner", "owner.partial"}
        return sorted(str(path.relative_to(self.folder)) for path in files if path.name not in ours)
