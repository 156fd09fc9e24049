"""A worker's copies of what was erased from the record: in its cache, and in work folders."""

import logging
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from backend.datasets import erasure_store
from backend.jobs import store
from backend.storage.blobs import DIGEST, Blobs
from backend.storage.database import Database
from backend.worker.attempt import Stop
from backend.worker.outcome import Ending
from contract.comparisons import RECORD
from contract.datasets import MANIFEST_NAME

logger = logging.getLogger(__name__)


class ErasedCopies:
    """Lets them go, as soon as it hears of an erasure: at the start of all that there were.

    The worker's own thread looks; before a job is begun its thread may `forget` what it has left.
    """

    def __init__(self, database: Database, blobs: Blobs, work: Path) -> None:
        self._database, self._blobs, self._work = database, blobs, work
        self._seen = 0
        self._going: set[str] = set()

    def look(self, running: Mapping[str, Stop]) -> None:
        """Break off those that are `running` on what was erased; raises DatabaseUnavailable.

        They go back to their queue, and begin again with what is left. What the disk refuses is
        tried again at the next look.
        """
        try:
            self._look(running)
        except OSError as error:
            logger.warning("copies of what was erased cannot be deleted: %s", error)

    def _look(self, running: Mapping[str, Stop]) -> None:
        with self._database.reading() as db:
            erased, seen = erasure_store.after(db, self._seen)
        if seen > self._seen:
            self._drop(erased)
            for job_id in self._going & running.keys():
                running[job_id].ask(Ending.BROKEN_OFF)
            self._seen = seen
        self._delete(running.keys())

    def forget(self, job_id: str) -> None:
        """Delete the work folder of a job that is about to begin, if it is to go."""
        if job_id in self._going:
            folder = self._work / job_id
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                self._going.discard(job_id)

    def _drop(self, erased: Collection[str]) -> None:
        for digest in erased:
            self._blobs.drop_copy(digest)
        self._going |= {it.name for it in self._work.glob("*") if _has_some(it, erased)}

    def _delete(self, running: Collection[str]) -> None:
        """Delete the folders that no worker works in; there may be others on this machine."""
        waiting = sorted(self._going.difference(running))
        if not waiting:
            return
        with self._database.reading() as db:
            elsewhere = store.running(db, waiting)
        for job_id in set(waiting) - elsewhere:
            self.forget(job_id)


def _has_some(folder: Path, erased: Collection[str]) -> bool:
    """Whether a data set in a work folder has some of it, or a comparison poses of the record."""
    if (folder / RECORD).is_dir():
        return True
    manifests = folder.glob(f"*/{MANIFEST_NAME}")
    texts = (manifest.read_text(encoding="utf-8") for manifest in manifests)
    return any(not set(DIGEST.findall(text)).isdisjoint(erased) for text in texts)
