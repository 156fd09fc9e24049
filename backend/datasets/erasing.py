"""Takes what is erased from the record out of the data sets that were made of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backend.datasets import erasure_store, store
from backend.datasets.erasure_store import RecordErasure
from backend.datasets.intake import Namer
from backend.datasets.own_labels import with_own_labels
from backend.datasets.versioning import VersionMaker, summary_of
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from contract.datasets import DatasetFile, DatasetManifest, DatasetVersion

IsGone = Callable[[DatasetFile], bool]
Today = Callable[[int], date]
"""The day that it is for a household."""


@dataclass(frozen=True)
class Cut:
    """A version `before`, the files that it is to hold from now on, and those that are gone.

    `with_it` are the digests of what names them: of its manifest and of its labels.
    """

    before: DatasetVersion
    files: tuple[DatasetFile, ...]
    gone: tuple[DatasetFile, ...]
    with_it: frozenset[str]


class RecordEraser:
    """Thread-safe; raises DatabaseUnavailable and BlobUnavailable. `namers` say what is needed.

    A version keeps its id and its number: who learns from it next learns from what is left.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        maker: VersionMaker,
        namers: Sequence[Namer],
        today: Today,
    ) -> None:
        self._database, self._blobs, self._maker = database, blobs, maker
        self._namers, self._today = namers, today

    def find(self, is_gone: IsGone) -> RecordErasure:
        """What would go."""
        return _taken(list(self._cuts(is_gone)))

    def erase(self, is_gone: IsGone, household_id: int) -> RecordErasure:
        """Take it out of all versions, and delete it; after a kill, go on. All of it until `tell`.

        It is of this household's record. Nobody makes a version meanwhile.
        """
        with self._maker.alone:
            cuts, today = list(self._cuts(is_gone)), self._today(household_id)
            after = [self._version_after(cut, today) for cut in cuts]
            with self._database.writing() as db:
                for version in after:
                    store.replace_content(db, version)
                erasure = erasure_store.note(db, _taken(cuts), self._maker.clock())
            # What is noted is found again after a kill, though no version names it any more.
            self._delete(erasure)
        return erasure

    def tell(self) -> None:
        """The household knows what was taken, and workers are to look for copies of it."""
        with self._database.writing() as db:
            erasure_store.tell(db)

    def _cuts(self, is_gone: IsGone) -> Iterator[Cut]:
        with self._database.reading() as db:
            there = store.versions_of_record(db, are_removed=False)
            removed = store.versions_of_record(db, are_removed=True)
        for version in there:
            files = self._maker.manifest(version.manifest).files
            yield from _cut(version, files, is_gone)
        for version in removed:  # whose files may be gone already
            if self._blobs.has(version.manifest):
                files = self._maker.manifest(version.manifest).files
                for cut in _cut(version, files, is_gone):
                    yield replace(cut, files=())

    def _version_after(self, cut: Cut, today: date) -> DatasetVersion:
        """The version without what is gone; its labels and its manifest are kept by then."""
        files = tuple(with_own_labels(cut.files, self._blobs))
        manifest = DatasetManifest(kind=cut.before.kind, files=files)
        changes = cut.before.changes
        gone = {file.path for file in cut.gone}
        changes = changes.model_copy(
            update={
                "examples": tuple(path for path in changes.examples if path not in gone),
                "erased": changes.erased + len(gone),
                "erased_on": today.isoformat(),
            }
        )
        return cut.before.model_copy(
            update={
                "manifest": self._blobs.keep_bytes(manifest.model_dump_json().encode()),
                "files": len(files),
                "bytes": sum(file.size for file in files),
                "summary": summary_of(files),
                "changes": changes,
            }
        )

    def _delete(self, erasure: RecordErasure) -> None:
        """Delete at once what nobody names, without the day that others have to name it."""
        if not erasure.blobs:
            return
        named = {digest for namer in self._namers for digest in namer()}
        for digest in erasure.blobs - named:
            self._blobs.delete(digest)


def _cut(version: DatasetVersion, files: Sequence[DatasetFile], is_gone: IsGone) -> Iterator[Cut]:
    """The cut of a version in which something is gone."""
    gone = tuple(file for file in files if is_gone(file))
    if gone:
        left = tuple(file for file in files if file not in gone)
        about_all = frozenset(file.sha256 for file in files if file.is_about_all)
        yield Cut(version, left, gone, about_all | {version.manifest})


def _taken(cuts: Sequence[Cut]) -> RecordErasure:
    files = frozenset(file.sha256 for cut in cuts for file in cut.gone)
    return RecordErasure(
        files,
        files.union(*(cut.with_it for cut in cuts)),
        frozenset(cut.before.id for cut in cuts),
    )
