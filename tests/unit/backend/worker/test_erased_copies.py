"""What a worker lets go of once something was erased from the record."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from backend.datasets import erasure_store
from backend.datasets.blob_cache import BlobCache
from backend.datasets.erasure_store import RecordErasure
from backend.jobs import claims
from backend.jobs.service import JobService, JobWanted
from backend.storage.shared_file import SharedFile
from backend.worker.attempt import Stop
from backend.worker.erased_copies import ErasedCopies
from backend.worker.outcome import Ending
from contract.comparisons import RECORD
from contract.datasets import MANIFEST_NAME, DatasetFile, DatasetKind, DatasetManifest
from contract.jobs import JobKind, JobState
from testkit.households import HOME

GONE, LEFT = (sha256(name.encode()).hexdigest() for name in ("gone", "left"))


@dataclass
class Place:
    """A worker's database, its cache and the folders of its jobs."""

    folder: Path
    database: SharedFile

    def __post_init__(self) -> None:
        self.cache, self.work = self.folder / "cache", self.folder / "work"
        self.cache.mkdir()
        for digest in (GONE, LEFT):
            (self.cache / digest).write_text("poses")
        self.copies = self.opened()

    def opened(self) -> ErasedCopies:
        blobs = BlobCache(self.cache, "http://127.0.0.1:9", None, 2**20)
        return ErasedCopies(self.database, blobs, self.work)

    def job(self, name: str, digest: str) -> Path:
        """The work folder of a job that has a data set with this content."""
        data = self.work / name / "data-1"
        data.mkdir(parents=True)
        files = (DatasetFile(path="tracks/a.npz", sha256=digest, size=1),)
        manifest = DatasetManifest(kind=DatasetKind.TRACKS, files=files)
        (data / MANIFEST_NAME).write_text(manifest.model_dump_json())
        (data.parent / "kept").write_text("the windows that were cut of it")
        return data.parent

    def erase(self, *digests: str) -> None:
        with self.database.writing() as db:
            erasure_store.note(db, RecordErasure(blobs=frozenset(digests)), 1.0)
            erasure_store.tell(db)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:
        yield Place(tmp_path, database)


def test_cache_and_work_folders_have_no_copy(place: Place) -> None:
    gone, left = place.job("one", GONE), place.job("two", LEFT)
    place.copies.look({})
    assert gone.exists()
    place.erase(GONE)
    place.copies.look({})
    assert not gone.exists()
    assert left.exists()
    assert {path.name for path in place.cache.iterdir()} == {LEFT}


def test_poses_that_a_comparison_has_copied_go_with_any_erasure(place: Place) -> None:
    compared = place.work / "compared" / RECORD
    compared.mkdir(parents=True)
    place.erase()
    place.copies.look({})
    assert not compared.parent.exists()


def test_job_that_runs_on_it_begins_anew_without_it(place: Place) -> None:
    folder, other = place.job("one", GONE), place.job("two", LEFT)
    stops = {"one": Stop(), "two": Stop()}
    place.erase(GONE)
    place.copies.look(stops)
    assert (stops["one"].ending, stops["two"].ending) == (Ending.BROKEN_OFF, None)
    assert folder.exists(), "its process is still to end"
    place.copies.forget("one")  # it is claimed again before the next look
    assert not folder.exists()
    again, stops["one"] = place.job("one", LEFT), Stop()
    place.copies.look(stops)
    assert (again.exists(), other.exists(), stops["one"].ending) == (True, True, None)


def test_folder_in_which_another_worker_of_this_machine_works_goes_after_it(place: Place) -> None:
    jobs = JobService(place.database)
    job = jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, HOME))
    folder = place.job(job.id, GONE)
    with place.database.writing() as db:
        claimed = claims.claim_next(db, "usual", "another", 1.0)
    assert claimed is not None
    place.erase(GONE)
    place.copies.look({})
    assert folder.exists()
    with place.database.writing() as db:
        claims.settle(db, claims.claim_of(claimed), JobState.FAILED, ended_at=2.0)
    place.copies.look({})
    assert not folder.exists()


def test_what_was_erased_while_a_worker_was_off_goes_at_its_start(place: Place) -> None:
    folder = place.job("one", GONE)
    place.erase(GONE)
    place.erase()
    place.opened().look({})
    assert not folder.exists()
