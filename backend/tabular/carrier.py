"""What carries out batches: model and rows to a process, its answers to the blobs."""

import shutil
import sys
from pathlib import Path
from typing import Any

from backend.storage.blobs import Blobs
from backend.tabular.batch_service import BatchService
from contract.jobs import Job, JobKind
from contract.tabular import BatchMade, BatchSpec

CHILD = "modeling.training.carried.batch"
CHECKPOINT, TABLE, ANSWERS = "checkpoint", "table.csv", "answers.csv"
"""In the work folder, as the process expects and leaves them."""
WRITING_SEC = 600.0


class BatchCarrier:
    """The Carrier of batches."""

    kind = JobKind.BATCH
    modules: tuple[str, ...] = ("lightgbm",)

    def __init__(self, batches: BatchService, blobs: Blobs) -> None:
        self._batches, self._blobs = batches, blobs

    def command(self, job: Job, folder: Path) -> list[str]:
        """With model and rows in `folder`; raises BlobUnavailable and DatabaseUnavailable."""
        spec = BatchSpec.model_validate(job.spec)
        checkpoint = folder / CHECKPOINT
        shutil.rmtree(checkpoint, ignore_errors=True)  # of a try that was killed
        checkpoint.mkdir(parents=True)
        for name, digest in spec.checkpoint.items():
            self._blobs.copy_to(digest, checkpoint / name)
        if spec.is_parquet:
            _write_csv(self._blobs.path(spec.table), folder / TABLE)
        else:
            self._blobs.copy_to(spec.table, folder / TABLE)
        return [sys.executable, "-m", CHILD, str(folder), spec.model_dump_json()]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Offer the answers; the Batch as it stands then."""
        made = BatchMade.model_validate(result)
        kept = self._batches.keep(job, made, folder / ANSWERS)
        return kept.model_dump(mode="json", exclude={"state", "failure"})


def _write_csv(parquet: Path, target: Path) -> None:
    """Write the rows of a Parquet file as CSV."""
    from backend.storage.duck import Duck, quoted_text  # megabytes, for a data set alone

    duck = Duck([parquet.parent, target.parent])
    try:
        source, to = quoted_text(str(parquet.resolve())), quoted_text(str(target.resolve()))
        duck.ask(
            f"COPY (SELECT * FROM read_parquet({source})) TO {to} (FORMAT csv, HEADER)",  # noqa: S608 (quoted)
            timeout_sec=WRITING_SEC,
        )
    finally:
        duck.close()
