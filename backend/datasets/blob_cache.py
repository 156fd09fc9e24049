"""The blobs of a server on another machine: got when they are needed, and given to it."""

import os
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx

from backend.storage.blobs import CHUNK, Blobs, Staged, chunks_of
from backend.storage.errors import BlobUnavailable
from common.trust import trusted

TIMEOUT = httpx.Timeout(10.0, read=60.0)
ABANDONED_SEC = 3600.0
FULL_AGAIN = 0.9
"""Of what may be kept, so much is left once it is too much: not each file has all looked at."""


class BlobCache(Blobs):
    """The Blobs of the server at `url`, whose files lie in `folder` for later.

    Beyond `max_bytes` what was used longest ago goes; what a folder has a link to stays there.
    """

    def __init__(self, folder: Path, url: str, api_key: str | None, max_bytes: int) -> None:
        super().__init__(folder)
        self._max_bytes = max_bytes
        self._bytes: int | None = None
        self._counting = threading.Lock()
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=TIMEOUT, verify=trusted(), trust_env=False
        )

    def path(self, digest: str) -> Path:
        """Where the content lies on this machine; raises BlobUnavailable."""
        found = self._folder / digest
        try:
            os.utime(found)
        except FileNotFoundError:
            self._get(digest, found)
        return found

    def get_again(self, digest: str) -> Path:
        """The same, fetched again."""
        found = self._folder / digest
        found.unlink(missing_ok=True)
        return self.path(digest)

    def has(self, digest: str) -> bool:  # noqa: ARG002
        """Only the server knows: what is to be kept is given to it, which may have it."""
        return False

    def adopt(self, files: Collection[Staged]) -> None:
        """Give them to the server."""
        for staged in files:
            try:
                self._give(staged.sha256, staged.place)
            except httpx.HTTPError as error:
                raise BlobUnavailable(f"the server cannot be given a file: {error}") from error

    def drop_copy(self, digest: str) -> None:
        """Have it here no more, whatever the server has."""
        (self._folder / digest).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _give(self, digest: str, path: Path) -> None:
        address = f"/datasets/blobs/{digest}"
        answer = self._http.put(address, content=chunks_of(path))
        if answer.status_code != httpx.codes.OK:
            raise BlobUnavailable(f"the server answers {answer.status_code} to a file it is given")

    def _get(self, digest: str, target: Path) -> None:
        partial = self.partial()
        try:
            with self._http.stream("GET", f"/datasets/blobs/{digest}") as answer:
                if answer.status_code != httpx.codes.OK:
                    raise BlobUnavailable(
                        f"the server answers {answer.status_code} for the file {digest}"
                    )
                with partial.open("xb") as file:
                    for chunk in answer.iter_bytes(CHUNK):
                        file.write(chunk)
            partial.chmod(0o400)
            partial.replace(target)
        except (OSError, httpx.HTTPError) as error:
            raise BlobUnavailable(f"the file {digest} cannot be got: {error}") from error
        finally:
            partial.unlink(missing_ok=True)
        with self._counting:
            self._make_room(target)

    def _make_room(self, newest: Path) -> None:
        """Once there is too much, let those go that were used longest ago, and some more."""
        if self._bytes is not None:
            self._bytes += newest.stat().st_size
        if self._bytes is not None and self._bytes <= self._max_bytes:
            return
        found = sorted(_looked_at(self._folder))
        self._bytes = sum(size for _, size, _ in found)
        if self._bytes <= self._max_bytes:
            return
        for _, size, path in found:
            if self._bytes <= FULL_AGAIN * self._max_bytes or path == newest:
                break
            path.unlink(missing_ok=True)
            self._bytes -= size


def _looked_at(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each file was used last, and its size; what a kill left half written is deleted."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            status = path.stat()
            if not path.suffix:
                yield status.st_mtime, status.st_size, path
            elif time.time() - status.st_mtime > ABANDONED_SEC:
                path.unlink()
