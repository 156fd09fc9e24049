"""Carries out comparisons: lays out versions and poses for a process, and keeps its report."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from backend.cameras.names import household_named
from backend.datasets.service import DatasetService
from backend.poses.replay_file import Kept, NotAReplay
from backend.poses.store import ReplayStore
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.versions import comparison_store
from backend.versions.forgetting import without
from backend.versions.record import (
    MONTH_SEC,
    Ordinary,
    no_ordinary_minutes,
    ordinary_stretch,
    save_track,
)
from backend.versions.service import VersionService
from contract.comparisons import (
    DATASET,
    RECORD,
    REPORT_NAME,
    TASK_NAME,
    VERSIONS,
    ComparisonReport,
    ComparisonSpec,
    ComparisonTask,
    Difference,
    Stretch,
)
from contract.jobs import Job, JobKind
from contract.versions import DETECTOR


class ComparisonCarrier:
    """A Carrier. `replays` are the poses kept around incidents, `ordinary` those of other times."""

    kind = JobKind.COMPARISON
    modules: tuple[str, ...] = ("scipy",)

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        versions: VersionService,
        datasets: DatasetService,
        replays: ReplayStore,
        ordinary: Ordinary = no_ordinary_minutes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._blobs, self._clock = database, blobs, clock
        self._versions, self._datasets = versions, datasets
        self._replays, self._ordinary = replays, ordinary

    def command(self, job: Job, folder: Path) -> list[str]:
        """The process that compares; raises UnknownVersion, UnknownDataset, BlobUnavailable."""
        spec = ComparisonSpec.model_validate(job.spec)
        for each in spec.contenders:
            version = self._versions.find(each.id, job.household_id)
            self._versions.put_into(version, folder / VERSIONS / each.id)
        if spec.dataset_version_id is not None:
            dataset = self._datasets.version(spec.dataset_version_id, job.household_id)
            self._datasets.fetch(dataset, folder / DATASET)
        stretches = self._stretches(job, folder / RECORD) if spec.recipe == DETECTOR else ()
        task = ComparisonTask(**dict(spec), stretches=stretches)
        (folder / TASK_NAME).write_text(task.model_dump_json(), encoding="utf-8")
        return [sys.executable, "-m", "modeling.training.carried.compare", str(folder)]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Keep the report; the job's result is its digest. The copies of the poses go.

        What was erased from the record since it began is not named in it.
        """
        made = ComparisonReport.model_validate_json((folder / REPORT_NAME).read_bytes())
        with self._database.writing() as db:  # no erasure comes between
            there = {_named(it) for it in comparison_store.stretches(db, job.id)}
            there |= {_named(it) for it in self._minutes(job)}
            left = without(made, lambda it: _named(it) not in there)
            report = self._blobs.keep_bytes(left.model_dump_json().encode())
            comparison_store.finish(db, job.id, report, self._clock())
        shutil.rmtree(folder / RECORD, ignore_errors=True)
        return {"report": report}

    def _stretches(self, job: Job, folder: Path) -> tuple[Stretch, ...]:
        """What is replayed, its poses in `folder`; those that are gone have no file there."""
        with self._database.reading() as db:
            incidents = comparison_store.stretches(db, job.id)
        for stretch in incidents:
            self._save_replay(stretch.track, folder)
        minutes = []
        for kept in self._kept_of(job):
            save_track(kept, folder)
            minutes.append(ordinary_stretch(kept))
        return (*incidents, *minutes)

    def _minutes(self, job: Job) -> Iterator[Stretch]:
        """The ordinary minutes that are kept now."""
        return map(ordinary_stretch, self._kept_of(job))

    def _kept_of(self, job: Job) -> Iterator[Kept]:
        """Those of the household's cameras: here nothing but their names says so."""
        for kept in self._ordinary(job.created_at - MONTH_SEC):
            if household_named(kept.camera_id) == job.household_id:
                yield kept

    def _save_replay(self, incident_id: str, folder: Path) -> None:
        try:
            kept = self._replays.read(incident_id)
        except NotAReplay:
            return
        if kept is not None:
            save_track(kept, folder)


def _named(compared: Stretch | Difference) -> tuple[str | None, str, float]:
    """What an incident, or a minute, is known again by."""
    return compared.incident_id, compared.camera_id, compared.at
