"""Makes versions: the manifest among the blobs, what has changed, and the row."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.datasets import store
from backend.datasets.errors import NothingToKeep, UnknownDataset
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from contract.datasets import (
    Changes,
    Dataset,
    DatasetFile,
    DatasetKind,
    DatasetManifest,
    DatasetVersion,
    Subset,
)

EXAMPLES = 10


@dataclass(frozen=True)
class NewVersion:
    """A version to come of a data set, which is made with it where there is none yet.

    `before` are the files that its own are compared with: of the version before, or of the one that
    it is a subset of.
    """

    dataset: Dataset
    files: Sequence[DatasetFile]
    before: Iterable[DatasetFile]
    created_by: int | None
    subset_of: DatasetVersion | None = None
    subset: Subset | None = None


def nothing_else(_db: Connection, _version: DatasetVersion) -> None:
    """Nothing else belongs to it."""


class VersionMaker:
    """Thread-safe; only the server makes versions.

    Whoever makes one of what the version before has holds `alone` meanwhile.
    """

    def __init__(
        self, database: Database, blobs: Blobs, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._blobs, self.clock = database, blobs, clock
        self.alone = threading.Lock()

    def new_dataset(
        self,
        household_id: int,
        name: str,
        kind: DatasetKind,
        created_by: int | None,
        *,
        of_record: bool = False,
    ) -> Dataset:
        """A data set that its first version brings into being."""
        return Dataset(
            id=uuid.uuid4().hex,
            household_id=household_id,
            name=name,
            kind=kind,
            of_record=of_record,
            created_by=created_by,
            created_at=self.clock(),
        )

    def before(self, dataset_id: str) -> DatasetVersion | None:
        """The version that the next one is compared with, and may be made of."""
        with self._database.reading() as db:
            return store.newest_whole(db, dataset_id)

    def manifest(self, digest: str) -> DatasetManifest:
        """All files of a version of this machine, by its manifest's digest."""
        return DatasetManifest.model_validate_json(self._blobs.path(digest).read_bytes())

    def files_before(self, dataset_id: str) -> dict[str, DatasetFile]:
        """The files of that version by their paths."""
        before = self.before(dataset_id)
        return _by_path(self.manifest(before.manifest).files) if before else {}

    def make(
        self,
        new: NewVersion,
        also: Callable[[Connection, DatasetVersion], None] = nothing_else,
    ) -> DatasetVersion:
        """The version, together with what is `also` to be written; the one before where it is the
        same. Raises NothingToKeep and UnknownDataset.
        """
        if all(file.is_about_all for file in new.files) and new.subset is not None:
            raise NothingToKeep("expected a subset with a file in it, none is")
        before = new.subset_of or self.before(new.dataset.id)
        files = tuple(sorted(new.files, key=lambda file: file.path))
        manifest = DatasetManifest(kind=new.dataset.kind, files=files)
        digest = self._blobs.keep_bytes(manifest.model_dump_json().encode())
        changes = changes_between(new.before, files)
        with self._database.writing() as db:
            if before and before.manifest == digest:
                version = before
            else:
                version = self._add(db, new, digest, changes)
            also(db, version)
        return version

    def _add(
        self, db: Connection, new: NewVersion, manifest: str, changes: Changes
    ) -> DatasetVersion:
        dataset = new.dataset
        if store.find(db, dataset.id, dataset.household_id) is None:
            if new.subset_of or store.next_number(db, dataset.id) > 1:
                raise UnknownDataset("expected a data set that is there, it was removed")
            store.add(db, dataset)
        version = DatasetVersion(
            id=uuid.uuid4().hex,
            dataset_id=dataset.id,
            name=dataset.name,
            kind=dataset.kind,
            version=store.next_number(db, dataset.id),
            manifest=manifest,
            files=len(new.files),
            bytes=sum(file.size for file in new.files),
            summary=summary_of(new.files),
            changes=changes,
            subset_of=new.subset_of.id if new.subset_of else None,
            subset=new.subset,
            created_by=new.created_by,
            created_at=self.clock(),
        )
        store.add_version(db, version)
        return version


def summary_of(files: Iterable[DatasetFile]) -> dict[str, int]:
    """How many files there are of each label."""
    return dict(sorted(Counter(label for file in files for label in file.labels).items()))


def changes_between(before: Iterable[DatasetFile], after: Iterable[DatasetFile]) -> Changes:
    """What the files `after` have that those `before` have not, and the other way round."""
    old, new = _by_path(before), _by_path(after)
    added = [path for path in new if path not in old]
    changed = [path for path in new if path in old and new[path] != old[path]]
    removed = [path for path in old if path not in new]
    return Changes(
        added=len(added),
        changed=len(changed),
        removed=len(removed),
        examples=tuple(path for paths in (added, changed, removed) for path in paths[:EXAMPLES]),
    )


def _by_path(files: Iterable[DatasetFile]) -> dict[str, DatasetFile]:
    return {file.path: file for file in files}
