"""Files that are kept once, whoever needs them: each is named by the SHA-256 of its content."""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from backend.storage.errors import BlobUnavailable
from common.files import sync_folder

CHUNK = 2**20
DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """The files below `folder`. Any thread, any process: a file is there whole, or not at all.

    Methods raise BlobUnavailable where the disk refuses, or has not what is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, digest: str) -> Path:
        """Where the content lies; raises BlobUnavailable where it does not."""
        found = self._place(digest)
        if not found.is_file():
            raise BlobUnavailable(f"no file {digest} is kept")
        return found

    def has(self, digest: str) -> bool:
        """Whether the content is kept."""
        return self._place(digest).is_file()

    def keep_bytes(self, content: bytes) -> str:
        """Keep the content; its digest."""
        return self.keep([content])

    def keep(self, chunks: Iterable[bytes]) -> str:
        """Keep what the chunks make together; its digest."""
        partial, digest = self._partial(), hashlib.sha256()
        try:
            partial.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with partial.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return self._settle(partial, digest.hexdigest())
        except OSError as error:
            raise BlobUnavailable(f"a file cannot be kept: {error.strerror}") from error
        finally:
            partial.unlink(missing_ok=True)

    def keep_file(self, path: Path) -> str:
        """Keep a copy of the file; its digest."""
        return self.keep(chunks_of(path))

    def copy_to(self, digest: str, target: Path) -> None:
        """Put the content at `target`, which may be written over by whoever has it."""
        shutil.copyfile(self.path(digest), target)

    def delete(self, digest: str) -> None:
        """Keep it no more."""
        self._place(digest).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """Of all that is kept."""
        for path in self._folder.glob("??/*"):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def _place(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise BlobUnavailable("expected the SHA-256 of a file")
        return self._folder / digest[:2] / digest

    def _partial(self) -> Path:
        return self._folder / f"{secrets.token_hex(8)}.partial"

    def _settle(self, partial: Path, digest: str) -> str:
        place = self._place(digest)
        if not place.is_file():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            partial.replace(place)
            sync_folder(place.parent)
        return digest


def chunks_of(path: Path) -> Iterator[bytes]:
    """The content of a file, a piece at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
