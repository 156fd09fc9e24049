"""Brings a backup back into an empty DATA_DIR."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from backend.backups.errors import BackupError
from backend.backups.manifest import KeptFile, Manifest, names_in, read_manifest
from backend.backups.taking import FILES, Progress
from backend.moving.places import Files, Place
from backend.moving.service import move
from backend.storage.blobs import Blobs
from backend.storage.database import FACTORY_FILE, HOUSEHOLD_FILE
from backend.storage.errors import BlobUnavailable
from common.files import sha256_of, sync_folder

UNFINISHED = ".restoring"
"""In DATA_DIR, until all is there."""


def find_backup(folder: Path, name: str | None) -> Manifest:
    """The one of this name, or the newest; raises BackupError and OSError."""
    names = names_in(folder)
    if not names:
        raise BackupError(f"expected a backup in {folder}")
    if name is not None and name not in names:
        raise BackupError(f"expected one of {', '.join(names)}")
    return read_manifest(folder, name or names[-1])


def restore(
    folder: Path, manifest: Manifest, data_dir: Path, target: Place, progress: Progress
) -> None:
    """Let DATA_DIR hold what it held then, and `target` the rows, at today's schema.

    All is checked before. A backup of files goes into PostgreSQL too, and the other way round.

    Raises BackupError where DATA_DIR holds something, or a file of the backup is not as it was, and
    CannotMove, OSError, sqlite3.Error and SQLAlchemyError.
    """
    _check_empty(data_dir)
    blobs, step = Blobs(folder / FILES), progress(2 * len(manifest.files))
    for file in manifest.files:
        _check(blobs, file, manifest.name)
        step()
    staged = _staged(blobs, manifest, data_dir / UNFINISHED, step)
    move(Files(staged / HOUSEHOLD_FILE, staged / FACTORY_FILE), target, lambda: None)
    for database in (HOUSEHOLD_FILE, FACTORY_FILE):
        shutil.rmtree((staged / database).parent, ignore_errors=True)
    for path in sorted(staged.iterdir()):
        path.rename(data_dir / path.name)
    staged.rmdir()
    sync_folder(data_dir)


def _check_empty(data_dir: Path) -> None:
    found = data_dir.iterdir() if data_dir.is_dir() else []
    held = {path.name for path in found if not path.is_dir() or any(path.iterdir())}
    if left := sorted(held - {UNFINISHED}):
        held_already = f"expected {data_dir} to be empty, and it holds {left[0]}"
        raise BackupError(f"{held_already}: stop the server, and put aside what is there")


def _check(blobs: Blobs, file: KeptFile, name: str) -> None:
    try:
        is_as_it_was = sha256_of(blobs.path(file.sha256)) == file.sha256
    except (BlobUnavailable, OSError):
        is_as_it_was = False
    if not is_as_it_was:
        raise BackupError(f"{file.path} of the backup {name} is missing, torn or altered")


def _staged(blobs: Blobs, manifest: Manifest, staged: Path, step: Callable[[], None]) -> Path:
    """All files in a folder of their own: what a kill leaves of it is begun anew."""
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700, parents=True)
    for file in manifest.files:
        place = staged / file.path
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        blobs.copy_to(file.sha256, place)
        place.chmod(0o600)
        step()
    os.sync()
    return staged
