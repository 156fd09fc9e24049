"""A comparison from its asking to its report, through the process that a worker starts."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.escalation.answer import Verdict
from backend.jobs.service import JobService, JobWanted
from backend.poses.replay_file import Kept
from backend.poses.store import ReplayStore
from backend.storage.blobs import Blobs
from backend.storage.database import open_database
from backend.storage.shared_file import SharedFile
from backend.versions.carrier import ComparisonCarrier
from backend.versions.comparisons import ComparisonService
from backend.versions.comparisons_router import REPORT
from backend.versions.record import incident_stretches
from backend.versions.service import VersionService
from contract.comparisons import (
    REPORT_NAME,
    Change,
    Comparison,
    ComparisonAsked,
    ComparisonReport,
)
from contract.datasets import DatasetKind
from contract.jobs import MESSAGE, Finished, JobKind, Message, Progress, Refused
from contract.versions import DETECTOR, Version
from modeling.perception.detector.checkpoint import (
    CHECKPOINTS,
    DEFAULT_CHECKPOINT,
    MANIFEST_NAME,
)
from testkit.households import HOME
from testkit.known_datasets import KnownDatasets
from testkit.recorded_falls import RecordedFalls
from testkit.versions import altered, register

NOW = 1_795_939_200.0


@dataclass
class Home:
    """A household with a record, and the services that compare versions over it."""

    folder: Path
    database: SharedFile
    record: RecordedFalls
    versions: VersionService
    datasets: KnownDatasets
    comparisons: ComparisonService
    jobs: JobService
    carrier: ComparisonCarrier
    minute: Kept

    def carried_out(self, asked: Comparison) -> list[Message]:
        """What the process says; its report is kept if it comes to its end."""
        job, folder = self.jobs.find(asked.id, HOME), self.folder / "job"
        folder.mkdir()
        command = self.carrier.command(job, folder)
        # Its standard input stays open: it ends with its worker.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            said = [MESSAGE.validate_json(line) for line in process.stdout]
            assert process.wait(20) == 0
        if isinstance(said[-1], Finished):
            self.carrier.keep(job, folder, said[-1].result)
        return said

    def report(self, *versions: Version, dataset: str | None = None) -> ComparisonReport:
        """Of these versions, compared."""
        ids = tuple(version.id for version in versions)
        wanted = ComparisonAsked(version_ids=ids, dataset_version_id=dataset)
        asked = self.comparisons.ask(wanted, created_by=1, household_id=HOME)
        self.carried_out(asked)
        report = self.comparisons.find(asked.id, HOME).report
        assert report is not None
        return report


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    household, factory = open_database(None, tmp_path), SharedFile(tmp_path / "factory.sqlite3")
    blobs, replays = Blobs(tmp_path / "blobs"), ReplayStore(tmp_path / "poses", 365)
    record = RecordedFalls(household, replays, tmp_path)
    shipped = {DETECTOR: DEFAULT_CHECKPOINT, "posture": CHECKPOINTS / "posture"}
    versions, jobs = VersionService(factory, blobs, shipped=shipped), JobService(factory)
    datasets = KnownDatasets({"made": DatasetKind.TRACKS})
    comparisons = ComparisonService(
        factory,
        blobs,
        jobs,
        versions,
        datasets,
        lambda household_id: incident_stretches(household, replays.names(), NOW, household_id),
    )

    frames = record.frames(NOW - 7200, falls=False)
    minute = Kept("an-ordinary-minute", "hall", is_partial=False, frames=frames)
    carrier = ComparisonCarrier(
        factory, blobs, versions, datasets, replays, lambda _since: [minute]
    )
    yield Home(tmp_path, factory, record, versions, datasets, comparisons, jobs, carrier, minute)
    factory.close()
    household.close()


def test_what_is_erased_while_it_is_compared_is_not_named(home: Home) -> None:
    kept = home.record.add(NOW - 86_400, Verdict.FALL)
    (serving,) = home.versions.newest(HOME, recipe=DETECTOR)
    other = register(home.versions, altered(home.folder / "2", "2"))
    wanted = ComparisonAsked(version_ids=(serving.id, other.id))
    asked = home.comparisons.ask(wanted, created_by=1, household_id=HOME)
    report = ComparisonReport.model_validate(REPORT)
    (erased,) = report.versions[0].differences
    stretches = incident_stretches(home.record.database, {kept}, NOW, 1)
    of_kept = {"incident_id": kept, "camera_id": stretches[0].camera_id, "at": stretches[0].at}
    minute = {"incident_id": None, "camera_id": "hall", "at": home.minute.frames[0].at}
    differences = tuple(
        erased.model_copy(update=named)
        for named in (of_kept, {}, minute, minute | {"camera_id": "erased since"})
    )
    versions = (report.versions[0].model_copy(update={"differences": differences}),)
    made = report.model_copy(update={"versions": versions})
    (home.folder / REPORT_NAME).write_text(made.model_dump_json(), encoding="utf-8")
    home.carrier.keep(home.jobs.find(asked.id, HOME), home.folder, {})
    found = home.comparisons.find(asked.id, HOME).report
    assert found is not None
    assert [(it.incident_id, it.camera_id) for it in found.versions[0].differences] == [
        (kept, stretches[0].camera_id),
        (None, "hall"),
    ]


def test_falls_that_a_version_loses_are_named_and_counted(home: Home) -> None:
    lost = home.record.add(NOW - 86_400, Verdict.FALL)
    quiet = home.record.add(NOW - 50_000, Verdict.FALSE_ALARM, falls=False)
    unjudged = home.record.add(NOW - 40_000, None)
    home.record.add(NOW - 40 * 86_400, Verdict.FALL)
    (serving,) = home.versions.newest(HOME, recipe=DETECTOR)
    deaf = register(home.versions, altered(home.folder / "deaf", "2", threshold=1.0))

    report = home.report(deaf, serving)
    first, second = report.versions
    assert (first.id, second.id) == (serving.id, deaf.id)
    assert (report.stretches, report.unreadable, report.no_replay) == (4, 0, None)
    assert report.is_same_data
    assert first.replayed is not None
    assert second.replayed is not None
    assert (first.replayed.falls_told.count, first.replayed.falls_told.total) == (1, 1)
    assert (second.replayed.falls_told.count, second.replayed.falls_told.total) == (0, 1)
    assert first.replayed.false_alarms_told.count == 0
    assert first.replayed.ordinary_minutes == pytest.approx(3.9 / 60, abs=0.01)
    assert first.differences == ()
    assert [(it.incident_id, it.change) for it in second.differences] == [
        (lost, Change.FALL_LOST),
        (unjudged, Change.ALARM_FEWER),
    ]
    assert second.changes[Change.FALL_LOST] == second.changes[Change.ALARM_FEWER] == 1
    assert quiet not in {it.incident_id for it in second.differences}


def test_poses_that_are_gone_are_counted(home: Home) -> None:
    gone = home.record.add(NOW - 3600, Verdict.FALL)
    (serving,) = home.versions.newest(HOME, recipe=DETECTOR)
    twin = register(home.versions, altered(home.folder / "twin", "2"))
    asked = home.comparisons.ask(ComparisonAsked(version_ids=(serving.id, twin.id)), None, HOME)
    home.record.replays.erase([gone])
    said = home.carried_out(asked)
    assert any(isinstance(message, Progress) for message in said)
    report = home.comparisons.find(asked.id, HOME).report
    assert report is not None
    assert (report.stretches, report.unreadable) == (2, 1)
    assert all(version.differences == () for version in report.versions)


def test_clips_that_a_version_was_trained_on_are_counted_apart(home: Home, dataset: Path) -> None:
    (serving,) = home.versions.newest(HOME, recipe=DETECTOR)
    folder = altered(home.folder / "taught", "2", threshold=1.0)
    manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
    manifest["metrics"]["groups"] = ["adl-0", "fall-0"]
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    taught = register(home.versions, folder)
    home.datasets.folders = {"made": dataset}
    report = home.report(serving, taught, dataset="made")
    first, second = (version.evaluated for version in report.versions)
    assert first is not None
    assert second is not None
    assert (first.trained_on, second.trained_on) == (0, 3)
    for each in (first, second):
        assert each.known is not None
        assert each.unknown is not None
        assert (each.known.clips, each.unknown.clips) == (3, 6)
        assert each.unknown.falls_told.total == 4
    assert second.unknown is not None
    assert second.unknown.falls_told.count == 0
    assert report.dataset_version_id == "made"


def test_image_models_stand_beside_each_other_without_replay(home: Home) -> None:
    (serving,) = home.versions.newest(HOME, recipe="posture")
    job = home.jobs.ask(JobWanted(JobKind.TRAINING, "posture", {}, HOME))
    unmeasured = "2", CHECKPOINTS / "posture", {}
    other = home.versions.register(job, "posture", *unmeasured, None, ())
    report = home.report(serving, other)
    assert report.no_replay is not None
    assert "only poses are kept" in report.no_replay
    assert not report.is_same_data
    assert report.versions[0].figures.pictures_right == 10_744
    assert report.versions[0].replayed is None


def test_checkpoint_that_does_not_load_is_refused_with_the_reason(home: Home) -> None:
    (serving,) = home.versions.newest(HOME, recipe=DETECTOR)
    folder = altered(home.folder / "broken", "2")
    (folder / "model.onnx").write_bytes(b"no network")
    broken = register(home.versions, folder)
    ids = (serving.id, broken.id)
    asked = home.comparisons.ask(
        ComparisonAsked(version_ids=ids), created_by=None, household_id=HOME
    )
    *_, last = home.carried_out(asked)
    assert isinstance(last, Refused)
    assert "cannot be run" in last.reason
    assert home.comparisons.find(asked.id, HOME).report is None
