"""What carries out exports: the version's files to a process with torch, its file to the blobs."""

import shutil
import sys
from pathlib import Path
from typing import Any

from backend.exports.service import ExportService
from backend.versions.service import VersionService
from contract.exports import ExportMade, ExportSpec
from contract.jobs import Job, JobKind

CHILD = "modeling.training.carried.export"


class ExportCarrier:
    """The Carrier of exports."""

    kind = JobKind.EXPORT
    modules: tuple[str, ...] = ("torch",)

    def __init__(self, exports: ExportService, versions: VersionService) -> None:
        self._exports, self._versions = exports, versions

    def command(self, job: Job, folder: Path) -> list[str]:
        """With the checkpoint in `folder`; raises UnknownVersion and BlobUnavailable."""
        spec = ExportSpec.model_validate(job.spec)
        version = self._versions.find(spec.version_id, job.household_id)
        checkpoint = folder / "checkpoint"
        shutil.rmtree(checkpoint, ignore_errors=True)  # of a try that was killed
        checkpoint.mkdir(parents=True)
        self._versions.put_into(version, checkpoint)
        return [sys.executable, "-m", CHILD, str(folder), spec.model_dump_json()]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Offer the file; the Export as it stands then."""
        made = ExportMade.model_validate(result)
        kept = self._exports.keep(job, made, folder / "export" / made.file)
        return kept.model_dump(mode="json", exclude={"state", "failure"})
