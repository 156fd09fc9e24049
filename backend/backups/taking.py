"""Takes a backup of a server, which may be running."""

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.backups.contents import files_of, is_log, whole_lines
from backend.backups.errors import BackupError
from backend.backups.manifest import (
    END,
    KeptFile,
    Manifest,
    names_in,
    read_manifest,
    write_manifest,
)
from backend.moving.places import Place
from backend.moving.service import SCHEMAS
from backend.storage.blobs import Blobs
from backend.storage.database import FACTORY_FILE, HOUSEHOLD_FILE
from backend.storage.migrate import HOUSEHOLD, Schema
from common.files import claim, sha256_of

FILES, LOCK = "files", "lock"
"""In the folder of the backups: the content of all of them, and what one that is made holds."""
SETTINGS = Path("settings")
"""Below DATA_DIR, where the files of settings are put that were kept with it."""

Progress = Callable[[int], Callable[[], None]]
"""Is told how many files there are, and gives what is to be called after each."""


@dataclass(frozen=True)
class Home:
    """What is backed up: DATA_DIR, its databases, and files of settings from elsewhere."""

    data_dir: Path
    place: Place
    settings: Sequence[Path] = ()


def take_backup(home: Home, folder: Path, most: int, now: float, progress: Progress) -> Manifest:
    """Put a backup into `folder`, and let those go that are not among the newest `most`.

    It is there whole or not at all, and has all that was answered before. Raises BackupError,
    CannotMove, BlobUnavailable, OSError, sqlite3.Error and SQLAlchemyError.
    """
    with _alone(home.data_dir, folder):
        blobs = Blobs(folder / FILES)
        keeper = Keeper(blobs, _newest(folder))
        manifest = Manifest.of(now, tuple(_kept(home, folder, keeper, progress)))
        write_manifest(folder, manifest)
        _forget(folder, blobs, most)
        return manifest


@dataclass(frozen=True)
class Keeper:
    """Keeps files; one that is as `known` is not read again."""

    blobs: Blobs
    known: Mapping[str, KeptFile]

    def keep(self, path: Path, name: Path) -> KeptFile | None:
        """Keep the file at `path` under its `name` below DATA_DIR; None where it is gone."""
        try:
            found = path.stat()
            known = self.known.get(name.as_posix())
            if known and _is_as(known, found) and self.blobs.has(known.sha256):
                return known
            size, digest = self._copied(path, name)
        except FileNotFoundError:
            return None
        return KeptFile(
            path=name.as_posix(), sha256=digest, bytes=size, changed_ns=found.st_mtime_ns
        )

    def _copied(self, path: Path, name: Path) -> tuple[int, str]:
        """How long it is, and its digest; what is there already is not written once more."""
        if is_log(name):
            lines = whole_lines(path)
            digest = hashlib.sha256(lines).hexdigest()
            return len(lines), digest if self.blobs.has(digest) else self.blobs.keep_bytes(lines)
        digest = sha256_of(path)
        if not self.blobs.has(digest):
            digest = self.blobs.keep_file(path)  # of what it holds by now
        return self.blobs.path(digest).stat().st_size, digest


def _is_as(known: KeptFile, found: os.stat_result) -> bool:
    return (known.bytes, known.changed_ns) == (found.st_size, found.st_mtime_ns)


def _kept(home: Home, folder: Path, keeper: Keeper, progress: Progress) -> Iterator[KeptFile]:
    """The databases first: the log and the files that they name are there by then."""
    with TemporaryDirectory(prefix=".copy-", dir=folder) as scratch:
        for schema in SCHEMAS:
            copy = Path(scratch) / schema.version_table
            home.place.copy_to(schema, copy)
            if copy.exists() and (kept := keeper.keep(copy, file_of(schema))):
                yield kept
    files = [(path, path.relative_to(home.data_dir)) for path in files_of(home.data_dir)]
    files += [(path, SETTINGS / path.name) for path in home.settings]
    step = progress(len(files))
    for path, name in files:
        if kept := keeper.keep(path, name):
            yield kept
        step()


def file_of(schema: Schema) -> Path:
    """How the database of a schema is called in a backup, wherever the server has it."""
    return HOUSEHOLD_FILE if schema is HOUSEHOLD else FACTORY_FILE


@contextmanager
def _alone(data_dir: Path, folder: Path) -> Iterator[None]:
    """While no other backup is made there, and where nobody else can read it."""
    if not data_dir.is_dir():
        raise BackupError(f"expected the DATA_DIR of a server at {data_dir}")
    if folder.resolve().is_relative_to(data_dir.resolve()):
        raise BackupError(f"expected a folder outside of {data_dir}, on another disk")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise BackupError(f"{folder} can be read by others: chmod 700, or mount it with umask=077")
    try:
        lock = claim(folder / LOCK)
    except BlockingIOError:
        raise BackupError(f"another backup is being made in {folder}") from None
    with lock:
        yield


def _newest(folder: Path) -> dict[str, KeptFile]:
    """The files of the newest backup by their paths; none where it cannot be read."""
    names = names_in(folder)
    with suppress(BackupError):  # which is said once the new one is there
        return {file.path: file for file in read_manifest(folder, names[-1]).files} if names else {}
    return {}


def _forget(folder: Path, blobs: Blobs, most: int) -> None:
    names = names_in(folder)
    for name in names[:-most]:
        (folder / f"{name}{END}").unlink()
    blobs.delete_all_but(_named(folder, names[-most:]))


def _named(folder: Path, names: Collection[str]) -> set[str]:
    return {file.sha256 for name in names for file in read_manifest(folder, name).files}
