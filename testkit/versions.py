"""Versions of the detector for tests: the one that ships, and copies that decide otherwise."""

import json
import shutil
from pathlib import Path
from typing import Any

from backend.jobs.service import JobService, JobWanted
from backend.storage.database import Database
from backend.versions import comparison_store
from backend.versions.comparison_store import ComparisonRow
from backend.versions.service import VersionService
from contract.jobs import JobKind
from contract.versions import DETECTOR, Version
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, MANIFEST_NAME


def altered(folder: Path, version: str, source: Path = DEFAULT_CHECKPOINT, **fields: Any) -> Path:
    """A copy of a checkpoint in `folder`, whose labels have these `fields`, such as a threshold."""
    shutil.copytree(source, folder)
    path = folder / MANIFEST_NAME
    manifest = json.loads(path.read_bytes())
    manifest["version"] = version
    manifest["labels"] = [label | fields for label in manifest["labels"]]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def register(database: Database, versions: VersionService, folder: Path) -> Version:
    """Register the checkpoint in `folder` as what a training has made."""
    manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
    job = JobService(database).ask(JobWanted(JobKind.TRAINING, folder.name, {}))
    return versions.register(
        job, DETECTOR, manifest["version"], folder, manifest["metrics"], None, ()
    )


def compared(database: Database, *versions: Version) -> None:
    """Let these have been compared."""
    ids = tuple(version.id for version in versions)
    row = ComparisonRow("-".join(ids)[:64], 1, ids, None, None, 1.0, None)
    with database.writing() as db:
        comparison_store.add(db, row)
        comparison_store.finish(db, row.id, "0" * 64, 2.0)
