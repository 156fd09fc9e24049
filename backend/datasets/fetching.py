"""The files of a version in a folder, for who learns from them."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from backend.datasets.errors import WrongContent
from backend.errors import shorten
from backend.storage.blobs import chunks_of
from contract.datasets import MANIFEST_NAME, DatasetFile, DatasetManifest

READ_ONLY = 0o444


class BlobSource(Protocol):
    """Where files are got from by their digests."""

    def path(self, digest: str) -> Path:
        """Where the content lies on this machine; raises BlobUnavailable."""
        ...

    def get_again(self, digest: str) -> Path:
        """The same, of one whose content is not what its digest says."""
        ...


def put_into(folder: Path, manifest: DatasetManifest, source: BlobSource) -> None:
    """Put the files and their manifest below `folder`, which is made; again, it does the same.

    Raises WrongContent, by the name of the file, and BlobUnavailable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for parent in _parents(manifest.files):
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for file in manifest.files:
        _put(file, folder / file.path, source)
    content = manifest.model_dump_json()
    (folder / MANIFEST_NAME).write_text(content, encoding="utf-8")


def checked(source: BlobSource, digest: str, name: str) -> Path:
    """Where the content lies, which is what its digest says; raises WrongContent by this name."""
    place = source.path(digest)
    if digest_of(place) != digest:
        place = source.get_again(digest)
        if digest_of(place) != digest:
            raise WrongContent(f"{shorten(name)!r} is not the file that the version names")
    return place


def digest_of(path: Path) -> str:
    """The SHA-256 of its content."""
    digest = sha256()
    for chunk in chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def _parents(files: Iterable[DatasetFile]) -> set[Path]:
    return {Path(file.path).parent for file in files}


def _put(file: DatasetFile, target: Path, source: BlobSource) -> None:
    place = checked(source, file.sha256, file.path)
    target.unlink(missing_ok=True)
    with suppress(OSError):  # another file system, or one without links
        os.link(place, target)
        return
    shutil.copyfile(place, target)
    target.chmod(READ_ONLY)
