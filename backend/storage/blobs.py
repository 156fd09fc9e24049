"""Files that are kept once, whoever needs them: each is named by the SHA-256 of its content."""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from backend.storage.errors import BlobUnavailable
from backend.storage.room import check_room

CHUNK = 2**20
DIGEST = re.compile(r"[0-9a-f]{64}")
GRACE_SEC = 86_400.0
"""So long whoever has kept a file may take to name it, before it counts as nobody's."""
SYNC_EACH = 50
"""Where there are more files or folders, the whole disk is synced once, which takes less time."""
READ_ONLY = 0o400
AT_ONCE = 500
"""So many files are deleted while those who keep some wait."""


@dataclass(frozen=True)
class Staged:
    """A file in a folder of `staging`: its digest, and where its content lies."""

    sha256: str
    place: Path


class Blobs:
    """The files below `folder`. Any thread, any process: a file is there whole, or not at all.

    Methods raise BlobUnavailable where the disk refuses, or has not what is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, digest: str) -> Path:
        """Where the content lies; raises BlobUnavailable where it does not."""
        found = self.place(digest)
        if not found.is_file():
            raise BlobUnavailable(f"no file {digest} is kept")
        return found

    def place(self, digest: str) -> Path:
        """Where the content lies, if it is kept."""
        if not DIGEST.fullmatch(digest):
            raise BlobUnavailable("expected the SHA-256 of a file")
        return Path(f"{self._folder}/{digest[:2]}/{digest}")

    def get_again(self, digest: str) -> Path:
        """The same: there is nobody else to ask."""
        return self.path(digest)

    def has(self, digest: str) -> bool:
        """Whether the content is kept."""
        return self.place(digest).is_file()

    def keep_bytes(self, content: bytes) -> str:
        """Keep the content; its digest."""
        return self.keep([content])

    def keep(self, chunks: Iterable[bytes]) -> str:
        """Keep what the chunks make together; its digest."""
        partial, digest = self.partial(), hashlib.sha256()
        try:
            with partial.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
            self.adopt([Staged(digest.hexdigest(), partial)])
            return digest.hexdigest()
        except OSError as error:
            raise _refused(error) from error
        finally:
            with suppress(OSError):  # of a disk that has refused
                partial.unlink(missing_ok=True)

    def keep_file(self, path: Path) -> str:
        """Keep a copy of the file; its digest."""
        return self.keep(chunks_of(path))

    def partial(self) -> Path:
        """Where one file may be written that is to be adopted; what a kill leaves goes in a day."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_room(self._folder)
        except OSError as error:
            raise _refused(error) from error
        return self._folder / f"{secrets.token_hex(8)}.partial"

    def staging(self, name: str) -> Path:
        """A folder of this name for files that are to be adopted, or to be deleted unseen."""
        return self._folder / "staged" / name

    @property
    def owner(self) -> Path:
        """Where it stands which database names them."""
        return self._folder / "owner"

    def retain(self, digest: str) -> bool:
        """Whether the content is kept; then it stays for GRACE_SEC, though nobody names it."""
        if not self.has(digest):
            return False
        with self._lock(fcntl.LOCK_SH):
            try:
                os.utime(self.place(digest))
            except FileNotFoundError:
                return False
            return True

    def adopt(self, files: Collection[Staged]) -> None:
        """Keep these files, which leave their folder: all are on the disk when this returns."""
        places = {file.place: self.place(file.sha256) for file in files}
        folders = {place.parent for place in places.values()}
        try:
            _sync(places)
            with self._lock(fcntl.LOCK_SH):
                for folder in folders:
                    folder.mkdir(mode=0o700, exist_ok=True)
                for staged, place in places.items():  # one that is there is of the same content
                    staged.chmod(READ_ONLY)
                    staged.replace(place)
            _sync(folders)
        except OSError as error:
            raise _refused(error) from error

    def copy_to(self, digest: str, target: Path) -> None:
        """Put the content at `target`, which may be written over by whoever has it."""
        shutil.copyfile(self.path(digest), target)

    def delete(self, digest: str) -> None:
        """Keep it no more."""
        self.place(digest).unlink(missing_ok=True)

    def drop_copy(self, digest: str) -> None:
        """Nothing: these are no copies of somebody else's."""

    def delete_all_but(self, named: Collection[str], now: float | None = None) -> int:
        """Delete what is not `named` and was not kept within GRACE_SEC; how many files."""
        before = (time.time() if now is None else now) - GRACE_SEC
        halves = list(self._folder.glob("*.partial"))
        old = [self.place(digest) for digest in self.digests() if digest not in named] + halves
        deleted = 0
        for begin in range(0, len(old), AT_ONCE):
            # Whoever keeps one of them again meanwhile has done so before, or does it after.
            with self._lock(fcntl.LOCK_EX):
                deleted += sum(_deleted(path, before) for path in old[begin : begin + AT_ONCE])
        return deleted

    def digests(self) -> Iterator[str]:
        """Of all that is kept."""
        for path in self._folder.glob("??/*"):
            if DIGEST.fullmatch(path.name):
                yield path.name

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        """Shared for those who keep files, exclusive for who deletes what nobody names."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("ab") as file:
            fcntl.flock(file, kind)
            yield


def chunks_of(path: Path) -> Iterator[bytes]:
    """The content of a file, a piece at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _sync(paths: Collection[Path]) -> None:
    if len(paths) > SYNC_EACH:
        os.sync()
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _deleted(path: Path, before: float) -> bool:
    try:
        if path.stat().st_mtime >= before:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _refused(error: OSError) -> BlobUnavailable:
    return BlobUnavailable(f"a file cannot be kept: {error.strerror}")
