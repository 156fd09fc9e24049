"""The work folders of jobs, which go a while after what came of them is kept."""

import shutil
from pathlib import Path

from backend.jobs import store
from backend.storage.database import Database

KEPT_SEC = 24 * 3600.0
"""So long the folder of a job that is completed stays, for trackers that still upload from it."""


def clean(database: Database, work: Path, now: float) -> list[str]:
    """Delete the folders of jobs that were completed long ago; their ids.

    What failed or was cancelled may be resumed, and keeps its folder, unless there are pictures in
    it: those of a job that was cancelled while its worker was away. Raises DatabaseUnavailable.
    """
    folders = {path.name: path for path in work.glob("*") if path.is_dir()}
    with database.reading() as db:
        found = store.completed_before(db, sorted(folders), now - KEPT_SEC)
        found += store.ended_of_pictures(db, sorted(folders.keys() - found))
    for job_id in found:
        shutil.rmtree(folders[job_id], ignore_errors=True)
    return found
