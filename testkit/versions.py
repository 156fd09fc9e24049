"""Versions for tests, in a real registry: checkpoints, and copies that decide otherwise."""

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

from backend.jobs.service import JobWanted, new_job
from backend.storage.blobs import Blobs
from backend.storage.database import Database, open_factory_database
from backend.versions import comparison_store
from backend.versions.comparison_store import ComparisonRow
from backend.versions.service import VersionService
from contract.jobs import JobKind
from contract.versions import DETECTOR, Version
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, MANIFEST_NAME, ONNX_NAME
from testkit.households import HOME


def altered(folder: Path, version: str, source: Path = DEFAULT_CHECKPOINT, **fields: Any) -> Path:
    """A copy of a checkpoint in `folder`, whose labels have these `fields`, such as a threshold."""
    shutil.copytree(source, folder)
    path = folder / MANIFEST_NAME
    manifest = json.loads(path.read_bytes())
    manifest["version"] = version
    manifest["labels"] = [label | fields for label in manifest["labels"]]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def by_names_alone(folder: Path, version: str = "1", *more: str) -> Path:
    """A checkpoint in `folder` that nobody loads: a manifest, and files that hold their names."""
    folder.mkdir(parents=True)
    manifest = {"version": version, "labels": [], "metrics": {}}
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    for name in (ONNX_NAME, *more):
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def open_versions(data_dir: Path) -> VersionService:
    """The registry on `data_dir`, as a server opens it, but that nothing ships."""
    return VersionService(open_factory_database(None, data_dir), Blobs(data_dir / "blobs"))


def register(
    versions: VersionService,
    folder: Path,
    version_id: str = "",
    recipe: str = DETECTOR,
    household_id: int = HOME,
) -> Version:
    """Register the checkpoint in `folder` as what a training has made, by this id or a new one."""
    manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
    job_id = version_id or uuid.uuid4().hex
    wanted = JobWanted(JobKind.TRAINING, folder.name, {}, household_id=household_id, id=job_id)
    made = manifest["version"], folder, manifest["metrics"]
    return versions.register(new_job(wanted, 1.0), recipe, *made, None, ())


def known(data_dir: Path, *folders: Path) -> None:
    """Let a server that starts on `data_dir` know these checkpoints, by the names of their folders.

    Each may serve instead of each other.
    """
    versions = open_versions(data_dir)
    found = [register(versions, folder, folder.name) for folder in folders]
    compared(open_factory_database(None, data_dir), *found)


def compared(database: Database, *versions: Version, household_id: int = HOME) -> None:
    """Let these have been compared."""
    ids = tuple(version.id for version in versions)
    row = ComparisonRow("-".join(ids)[:64], household_id, ids, None, None, 1.0, None)
    with database.writing() as db:
        comparison_store.add(db, row)
        comparison_store.finish(db, row.id, "0" * 64, 2.0)
