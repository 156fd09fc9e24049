"""What the other servers have heard, as copies that can be read here."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from backend.record.own_files import MANIFESTS, key_of, read_manifest
from backend.storage.objects import ObjectStore
from contract.shared_record import SharedFile


class OthersFiles:
    """`copies` has them by their content. One thread at a time fetches, any may read.

    Methods raise ApiError, OSError, and ValueError where a file is not what its server says.
    """

    def __init__(self, objects: ObjectStore, server: str, copies: Path) -> None:
        self._objects, self._server, self._copies = objects, server, copies
        self.paths: tuple[Path, ...] = ()
        """Those that count, as they were fetched last."""
        self._stale: set[Path] = set()

    def fetch(self) -> None:
        """Let the copies be what the others share now."""
        wanted = {self._copy_of(file): (server, file) for server, file in self._shared()}
        self._copies.mkdir(parents=True, exist_ok=True)
        for path, (server, file) in wanted.items():
            if not path.exists():
                self._fetch(path, server, file)
        self.paths = tuple(sorted(wanted))
        unwanted = set(self._copies.iterdir()) - wanted.keys()
        for path in unwanted & self._stale:  # nobody has begun to read it since
            path.unlink(missing_ok=True)
        self._stale = unwanted - self._stale

    def forget(self) -> None:
        """Let nothing be left here; what the others still share is fetched again."""
        self.paths = ()
        for path in self._copies.glob("*"):
            path.unlink(missing_ok=True)

    def _shared(self) -> Iterator[tuple[str, SharedFile]]:
        for key in self._objects.keys(MANIFESTS):
            server = PurePosixPath(key).stem
            manifest = None if server == self._server else read_manifest(self._objects, key)
            if manifest is not None:
                yield from ((server, file) for file in manifest.files)

    def _copy_of(self, file: SharedFile) -> Path:
        return self._copies / f"{file.sha256}.parquet"

    def _fetch(self, path: Path, server: str, file: SharedFile) -> None:
        partial, digest = path.with_suffix(".partial"), hashlib.sha256()
        with partial.open("wb") as target:
            for piece in self._objects.read(key_of(server, file.name)):
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != file.sha256:
            raise ValueError(f"{file.name} of server {server} is not what that server says")
        partial.replace(path)
