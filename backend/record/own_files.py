"""This server's part of the record where the other servers find it."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from backend.storage.objects import ObjectStore
from common.files import sha256_of
from contract.shared_record import SharedFile, SharedRecord

ROOT, MANIFESTS = "record", "record/manifests"
PARQUET_TYPE, JSON_TYPE = "application/vnd.apache.parquet", "application/json"
PIECE_BYTES = 2**20


def key_of(server: str, name: str) -> str:
    """Where a file of a server lies."""
    return f"{ROOT}/{server}/{name}"


def manifest_of(server: str) -> str:
    """Where it says which files it has."""
    return f"{MANIFESTS}/{server}.json"


def read_manifest(objects: ObjectStore, key: str) -> SharedRecord | None:
    """What it says; None where there is none, or none of today's. Raises ApiError."""
    if key not in objects.keys(key):
        return None
    try:
        return SharedRecord.model_validate_json(b"".join(objects.read(key)))
    except ValidationError:
        return None


class OwnFiles:
    """One thread at a time; its methods raise ApiError and OSError.

    A file is there before the manifest names it, and until it is named no more.
    """

    def __init__(self, objects: ObjectStore, server: str) -> None:
        self._objects, self._server = objects, server
        self._there: dict[str, SharedFile] | None = None

    def share(self, files: Mapping[str, Path]) -> None:
        """Let these be all, by their names; one of a name that is there has not changed."""
        there = self._known()
        if there.keys() == files.keys():
            return
        following = {name: there.get(name) or self._put(path) for name, path in files.items()}
        manifest = SharedRecord(files=tuple(following.values()))
        said = manifest.model_dump_json().encode()
        self._objects.write(manifest_of(self._server), [said], JSON_TYPE)
        for name in there.keys() - following.keys():
            self._objects.delete(key_of(self._server, name))
        self._there = following

    def _known(self) -> dict[str, SharedFile]:
        """What the manifest names; at a start what a kill has left beside it goes."""
        if self._there is None:
            manifest = read_manifest(self._objects, manifest_of(self._server))
            there = {file.name: file for file in manifest.files} if manifest else {}
            kept = {key_of(self._server, name) for name in there}
            for key in set(self._objects.keys(f"{ROOT}/{self._server}")) - kept:
                self._objects.delete(key)
            self._there = there
        return self._there

    def _put(self, path: Path) -> SharedFile:
        file = SharedFile(name=path.name, sha256=sha256_of(path))
        with path.open("rb") as source:
            pieces = iter(lambda: source.read(PIECE_BYTES), b"")
            self._objects.write(key_of(self._server, path.name), pieces, PARQUET_TYPE)
        return file
