"""Links by which a version is downloaded without a log-in, until they expire."""

import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.access.share_links import ShareLinks
from backend.datasets.errors import UnknownDataset, UnknownShare
from backend.datasets.service import DatasetService
from backend.datasets.tables import dataset_shares
from backend.storage.blobs import chunks_of
from backend.storage.database import Database
from contract.datasets import DatasetVersion

EXPECTED = "expected a link of this server that is still good"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""No time of this server's is told to whoever gets a link."""


@dataclass(frozen=True)
class Share:
    """What a link leads to, and whose it is; without a person it is a key's."""

    version: DatasetVersion
    household_id: int
    created_by: int | None


class Shares:
    """Thread-safe. A link's token is shown once, and kept as a digest."""

    def __init__(
        self,
        database: Database,
        datasets: DatasetService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._links = ShareLinks(database, dataset_shares, "version_id", clock)
        self._datasets = datasets

    def share(
        self, version: DatasetVersion, days: int, household_id: int, created_by: int | None
    ) -> tuple[str, float]:
        """The token of a link to it, and when that expires; those that have, are forgotten."""
        return self._links.make(version.id, days, household_id, created_by)

    def find(self, token: str) -> Share:
        """What the link leads to; raises UnknownShare once it is over, or the data set is."""
        link = self._links.find(token)
        if link is None:
            raise UnknownShare(EXPECTED)
        try:
            version = self._datasets.version(link.subject_id, link.household_id)
        except UnknownDataset as error:
            raise UnknownShare(EXPECTED) from error
        return Share(version, link.household_id, link.created_by)

    def zipped(self, version: DatasetVersion) -> Iterator[bytes]:
        """The version as a zip, made while it is read."""
        places = [
            (file.path, self._datasets.path(file))
            for file in self._datasets.manifest(version).files
        ]
        return zipped(places)


def zipped(files: list[tuple[str, Path]]) -> Iterator[bytes]:
    """A zip of these files by their paths, a piece at a time; nothing is packed smaller."""
    written = _Written()
    with zipfile.ZipFile(written, "w") as archive:
        for path, place in files:
            info = zipfile.ZipInfo(path, EPOCH)
            info.file_size = place.stat().st_size
            with archive.open(info, "w") as member:
                for chunk in chunks_of(place):
                    member.write(chunk)
                    yield written.take()
            yield written.take()
    yield written.take()


class _Written:
    """What `zipfile` has written since it was taken last; it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """What was written may still be taken."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
