"""The blobs of a server on another machine, got when they are needed and kept for later."""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx

from backend.storage.errors import BlobUnavailable

TIMEOUT = httpx.Timeout(10.0, read=60.0)
ABANDONED_SEC = 3600.0
CHUNK = 2**20


class BlobCache:
    """A BlobSource that asks the server at `url`; not for more than one thread.

    Beyond `max_bytes` what was used longest ago goes; what a folder has a link to stays there.
    """

    def __init__(self, folder: Path, url: str, api_key: str | None, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT, trust_env=False)

    def path(self, digest: str) -> Path:
        """Where the content lies on this machine; raises BlobUnavailable."""
        found = self._folder / digest
        try:
            os.utime(found)
        except FileNotFoundError:
            self._get(digest, found)
        return found

    def get_again(self, digest: str) -> Path:
        """The same, got anew."""
        found = self._folder / digest
        found.unlink(missing_ok=True)
        return self.path(digest)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _get(self, digest: str, target: Path) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._folder / f"{secrets.token_hex(8)}.partial"
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
        self._make_room(target)

    def _make_room(self, newest: Path) -> None:
        """Let those go that were used longest ago, and what a kill left half written."""
        found = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                status = path.stat()
                is_old_half = path.suffix and time.time() - status.st_mtime > ABANDONED_SEC
                if is_old_half:
                    path.unlink()
                elif not path.suffix:
                    found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes or path == newest:
                continue
            path.unlink(missing_ok=True)
            total -= size
