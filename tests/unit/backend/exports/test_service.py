"""What is asked for once, what is offered, and what is refused at once."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import update

from backend.exports.carrier import ExportCarrier
from backend.exports.errors import NotFinished, NoWeights, UnknownExport
from backend.exports.service import ExportService
from backend.jobs.service import JobService
from backend.jobs.store import Wanted
from backend.jobs.tables import jobs
from backend.storage.blobs import Blobs
from backend.storage.shared_file import SharedFile
from backend.versions.errors import UnknownVersion
from backend.versions.service import VersionService
from contract.exports import ExportFormat, ExportMade, ExportWanted, Precision
from contract.jobs import JobKind, JobState
from testkit.households import HOME
from testkit.versions import by_names_alone, register

NOW = 1_795_939_200.0
TORCHSCRIPT = ExportWanted(version_id="one", format=ExportFormat.TORCHSCRIPT)
ONNX = ExportWanted(version_id="one", format=ExportFormat.ONNX)


@dataclass
class Factory:
    """The services on a folder, and a version with weights or without."""

    folder: Path
    with_weights: bool = True
    database: SharedFile = field(init=False)

    def __post_init__(self) -> None:
        weights = ["weights.pt"] * self.with_weights
        checkpoint = by_names_alone(self.folder / "one", "d9d2b1f5", *weights)
        self.database = SharedFile(self.folder / "factory.sqlite3")
        self.jobs = JobService(self.database, lambda: NOW)
        blobs = Blobs(self.folder / "blobs")
        self.versions = VersionService(self.database, blobs)
        register(self.versions, checkpoint, "one")
        self.exports = ExportService(self.database, self.jobs, self.versions, blobs, lambda: NOW)
        self.carrier = ExportCarrier(self.exports, self.versions)

    def end(self, job_id: str, state: JobState, failure: str | None = None) -> None:
        """Let its worker have said so."""
        with self.database.writing() as db:
            changed = {"state": state, "failure": failure}
            db.execute(update(jobs).where(jobs.c.id == job_id).values(changed))

    def make(self, job_id: str, content: str) -> None:
        """Let its process have written a file."""
        target = self.folder / "work" / "export"
        target.mkdir(parents=True, exist_ok=True)
        (target / "model.torchscript").write_text(content)
        made = ExportMade(file="model.torchscript", difference=1e-7, checked_on="3 windows")
        self.carrier.keep(self.jobs.find(job_id, HOME), target.parent, made.model_dump())


@pytest.fixture
def factory(tmp_path):
    factory = Factory(tmp_path)
    yield factory
    factory.database.close()


def test_an_export_is_asked_of_a_job_that_knows_all_it_needs(factory):
    export = factory.exports.ask(TORCHSCRIPT, HOME, created_by=7)
    job = factory.jobs.find(export.job_id, HOME)
    assert (job.kind, job.state, job.created_by) == (JobKind.EXPORT, JobState.QUEUED, 7)
    assert job.spec == {
        "version_id": "one", "format": "torchscript", "precision": "full",
        "recipe": "fall-lstm", "version": "d9d2b1f5",
    }  # fmt: skip
    assert factory.exports.find(export.id, HOME) == export
    with pytest.raises(NotFinished, match="the export is queued, expected one that is finished"):
        factory.exports.path(export)


def test_what_was_asked_for_is_not_made_twice(factory):
    first = factory.exports.ask(TORCHSCRIPT, HOME)
    assert factory.exports.ask(TORCHSCRIPT, HOME) == first
    half = factory.exports.ask(TORCHSCRIPT.model_copy(update={"precision": Precision.HALF}), HOME)
    assert half.id != first.id
    assert len(factory.jobs.newest(Wanted(HOME))) == 2
    factory.end(first.job_id, JobState.FAILED, "the disk was full")
    again = factory.exports.ask(TORCHSCRIPT, HOME)
    assert again.id not in (first.id, half.id)
    assert [one.id for one in factory.exports.newest(HOME)] == [again.id, half.id, first.id]


def test_a_row_whose_job_was_never_queued_gets_it_when_asked_again(factory, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(factory.jobs, "ask", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            factory.exports.ask(TORCHSCRIPT, HOME)
    (export,) = factory.exports.newest(HOME)
    assert factory.exports.ask(TORCHSCRIPT, HOME) == export
    assert factory.jobs.find(export.job_id, HOME).state is JobState.QUEUED


def test_what_a_job_has_made_is_offered_under_the_name_of_its_version(factory):
    export = factory.exports.ask(TORCHSCRIPT, HOME)
    factory.make(export.job_id, "half")
    factory.make(export.job_id, "the whole network")  # its worker was killed, and keeps it again
    found = factory.exports.find(export.id, HOME)
    assert (found.file_name, found.bytes) == ("fall-lstm-d9d2b1f5.torchscript", 17)
    assert (found.difference, found.checked_on) == (1e-7, "3 windows")
    assert factory.exports.path(found).read_text() == "the whole network"
    factory.end(export.job_id, JobState.COMPLETED)
    assert factory.exports.ask(TORCHSCRIPT, HOME).file == found.file
    assert len(factory.jobs.newest(Wanted(HOME))) == 1


def test_what_was_refused_says_why_and_offers_nothing(factory):
    export = factory.exports.ask(TORCHSCRIPT, HOME)
    reason = "TorchScript and torch differ by 2.0e-04 in probability, expected at most 1e-04"
    factory.end(export.job_id, JobState.FAILED, reason)
    found = factory.exports.find(export.id, HOME)
    assert (found.state, found.failure, found.file) == (JobState.FAILED, reason, None)
    with pytest.raises(NotFinished, match="expected at most 1e-04"):
        factory.exports.path(found)


def test_without_weights_only_what_it_came_in_is_offered(tmp_path):
    factory = Factory(tmp_path, with_weights=False)
    assert factory.exports.ask(ONNX, HOME).state is JobState.QUEUED
    halved = ONNX.model_copy(update={"precision": Precision.HALF})
    for wanted in (TORCHSCRIPT, halved):
        with pytest.raises(NoWeights, match=r"came without weights[.]pt: expected the format onnx"):
            factory.exports.ask(wanted, HOME)
    assert len(factory.exports.newest(HOME)) == 1


def test_trees_are_no_network_that_could_be_exported(factory):
    register(factory.versions, by_names_alone(factory.folder / "two"), "two", "eclo")
    with pytest.raises(NoWeights, match="eclo has trees, expected a network"):
        factory.exports.ask(ONNX.model_copy(update={"version_id": "two"}), HOME)


def test_other_households_have_neither_the_version_nor_the_export(factory):
    export = factory.exports.ask(TORCHSCRIPT, HOME)
    with pytest.raises(UnknownVersion):
        factory.exports.ask(TORCHSCRIPT, household_id=2)
    with pytest.raises(UnknownExport):
        factory.exports.find(export.id, household_id=2)
    assert factory.exports.newest(household_id=2) == []
    assert factory.exports.newest(HOME, version_id="two") == []


def test_a_job_gets_the_checkpoint_anew_with_every_try(factory):
    job = factory.jobs.find(factory.exports.ask(TORCHSCRIPT, HOME).job_id, HOME)
    folder = factory.folder / "work"
    (folder / "checkpoint").mkdir(parents=True)
    (folder / "checkpoint" / "half.partial").write_text("of a try that was killed")
    command = factory.carrier.command(job, folder)
    names = {path.name for path in (folder / "checkpoint").iterdir()}
    assert names == {"manifest.json", "model.onnx", "weights.pt"}
    assert command[1:4] == ["-m", "modeling.training.carried.export", str(folder)]
    assert json.loads(command[4]) == job.spec
