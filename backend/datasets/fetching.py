"""The files of a version in a folder, for who learns from them."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from backend.datasets.errors import WrongContent
from backend.errors import shorten
from backend.storage.blobs import Blobs
from common.files import sha256_of
from contract.datasets import MANIFEST_NAME, DatasetFile, DatasetManifest

READ_ONLY = 0o444


def put_into(folder: Path, manifest: DatasetManifest, blobs: Blobs) -> None:
    """Put the files and their manifest below `folder`, which is made; again, it does the same.

    Raises WrongContent, by the name of the file, and BlobUnavailable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for parent in _parents(manifest.files):
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for file in manifest.files:
        _put(file, folder / file.path, blobs)
    content = manifest.model_dump_json()
    (folder / MANIFEST_NAME).write_text(content, encoding="utf-8")


def checked(blobs: Blobs, digest: str, name: str) -> Path:
    """Where the content lies, which is what its digest says; raises WrongContent by this name."""
    place = blobs.path(digest)
    if sha256_of(place) != digest:
        place = blobs.get_again(digest)
        if sha256_of(place) != digest:
            raise WrongContent(f"{shorten(name)!r} is not the file that the version names")
    return place


def _parents(files: Iterable[DatasetFile]) -> set[Path]:
    return {Path(file.path).parent for file in files}


def _put(file: DatasetFile, target: Path, blobs: Blobs) -> None:
    place = checked(blobs, file.sha256, file.path)
    target.unlink(missing_ok=True)
    with suppress(OSError):  # another file system, or one without links
        os.link(place, target)
        return
    shutil.copyfile(place, target)
    target.chmod(READ_ONLY)
