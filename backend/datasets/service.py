"""Data sets for the rest of the server and for workers."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from backend.datasets import store
from backend.datasets.errors import UnknownDataset
from backend.datasets.fetching import checked, put_into
from backend.datasets.own_labels import with_own_labels
from backend.datasets.versioning import NewVersion, VersionMaker
from backend.storage.blobs import DIGEST, Blobs
from backend.storage.database import Database
from contract.datasets import (
    MANIFEST_NAME,
    Dataset,
    DatasetFile,
    DatasetKind,
    DatasetManifest,
    DatasetVersion,
    Subset,
)


class DatasetService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs
        self.maker = VersionMaker(database, blobs)

    def all(self, household_id: int) -> list[Dataset]:
        """The data sets of a household with their versions, newest first."""
        with self._database.reading() as db:
            return store.all_of(db, household_id)

    def find(self, dataset_id: str, household_id: int) -> Dataset:
        """One data set with its versions; raises UnknownDataset."""
        with self._database.reading() as db:
            found = store.find(db, dataset_id, household_id)
            if found is None:
                raise UnknownDataset(f"no data set {dataset_id[:40]!r}")
            return found.model_copy(update={"versions": store.versions_of(db, found.id)})

    def version(self, version_id: str, household_id: int) -> DatasetVersion:
        """One version of a data set; raises UnknownDataset."""
        with self._database.reading() as db:
            found = store.find_version(db, version_id, household_id)
        if found is None:
            raise UnknownDataset(f"no version {version_id[:40]!r}")
        return found

    def numbered(self, dataset_id: str, number: int | None, household_id: int) -> DatasetVersion:
        """The version of this number, the newest without one; raises UnknownDataset."""
        versions = self.find(dataset_id, household_id).versions
        found = next((it for it in versions if number in (None, it.version)), None)
        if found is None:
            raise UnknownDataset(f"expected a version of 1 to {len(versions)}")
        return found

    def manifest(self, version: DatasetVersion) -> DatasetManifest:
        """All files of a version; raises WrongContent and BlobUnavailable."""
        path = checked(self._blobs, version.manifest, MANIFEST_NAME)
        return DatasetManifest.model_validate_json(path.read_bytes())

    def path(self, file: DatasetFile) -> Path:
        """Where its content lies; raises BlobUnavailable."""
        return self._blobs.path(file.sha256)

    def fetch(self, version: DatasetVersion, folder: Path) -> None:
        """Put all files of the version below `folder`, each checked by its digest.

        None of them is to be written to. `contract.datasets.MANIFEST_NAME` is put beside them: what
        each file is about. Raises WrongContent and BlobUnavailable.
        """
        put_into(folder, self.manifest(version), self._blobs)

    def subset(
        self, version: DatasetVersion, subset: Subset, household_id: int, created_by: int | None
    ) -> DatasetVersion:
        """A version of some of its files, which are not copied; raises NothingToKeep."""
        dataset = self.find(version.dataset_id, household_id)
        # An erasure takes files out of versions of the record: no other is made of them meanwhile.
        with self.maker.alone if dataset.of_record else nullcontext():
            now = self.version(version.id, household_id)
            return self._subset(dataset, now, subset, created_by)

    def _subset(
        self, dataset: Dataset, version: DatasetVersion, subset: Subset, created_by: int | None
    ) -> DatasetVersion:
        whole = self.manifest(version).files
        files = [file for file in whole if subset.has(file)]
        if version.kind is DatasetKind.TRACKS:
            files = list(with_own_labels(files, self._blobs))
        return self.maker.make(NewVersion(dataset, files, whole, created_by, version, subset))

    def remove(self, dataset_id: str, household_id: int) -> None:
        """Let it be no more, with all its versions; raises UnknownDataset."""
        self.find(dataset_id, household_id)
        with self._database.writing() as db:
            store.remove(db, dataset_id, self.maker.clock())

    def named_blobs(self) -> Iterator[str]:
        """The digests of all files that a version needs, and of the manifests."""
        with self._database.reading() as db:
            manifests = set(store.manifests(db))
        for digest in manifests:
            yield digest
            yield from DIGEST.findall(self._blobs.path(digest).read_text(encoding="utf-8"))
