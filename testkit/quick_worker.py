"""`run-worker` whose trainings count and give a detector that tells less: `python -m
testkit.quick_worker`. All else is carried out as it is."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from backend.commands import worker
from backend.config import WorkerSettings
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.versions.service import VersionService
from backend.worker.carriers import Carriers, open_carriers
from contract.jobs import Job, JobKind
from modeling.perception.detector.checkpoint import MANIFEST_NAME
from testkit.counting_job import Counting
from testkit.versions import altered

NEVER = 0.999
"""A threshold that no window of the recorded fall reaches."""
CHECKPOINT = "checkpoint"
COUNTED = Counting(epochs=3, epoch_sec=0.1)


class QuickTraining:
    """Carries out trainings: the one that ships, with thresholds that nothing reaches."""

    kind = JobKind.TRAINING
    modules: tuple[str, ...] = ()

    def __init__(self, versions: VersionService) -> None:
        self._versions = versions

    def command(self, _job: Job, folder: Path) -> list[str]:
        """The process that counts."""
        spec = COUNTED.model_dump_json()
        return [sys.executable, "-m", "testkit.counting_job", spec, str(folder)]

    def params(self, _job: Job) -> None:
        """Trackers hear nothing."""

    def keep(self, job: Job, folder: Path, _result: dict[str, Any]) -> dict[str, Any]:
        """Register it, called after its job."""
        shutil.rmtree(folder / CHECKPOINT, ignore_errors=True)
        checkpoint = altered(folder / CHECKPOINT, job.id[:8], threshold=NEVER)
        metrics = json.loads((checkpoint / MANIFEST_NAME).read_bytes())["metrics"]
        made = self._versions.register(
            job, job.spec["recipe"], job.id[:8], checkpoint, metrics, job.spec["base_id"], ()
        )
        return {"version_id": made.id, "version": made.version}


def quick_carriers(
    database: Database, blobs: Blobs, settings: WorkerSettings, data_dir: Path
) -> Carriers:
    """As they are, but for trainings."""
    versions = VersionService(database, blobs)
    known = open_carriers(database, blobs, settings, data_dir)
    return {**known, JobKind.TRAINING: QuickTraining(versions)}


if __name__ == "__main__":
    with mock.patch.object(worker, "open_carriers", quick_carriers):
        worker.main()
