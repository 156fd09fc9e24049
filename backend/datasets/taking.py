"""One upload that is being taken in: unpacked beside the blobs, checked, and kept as a version."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backend.datasets.archive import Archive, Member, open_archive
from backend.datasets.errors import UnusableFiles
from backend.datasets.formats.base import Format, TakenFile
from backend.datasets.formats.registry import FORMATS
from backend.datasets.formats.tables import (
    CSV_NAME,
    DESCRIPTION_NAME,
    PARQUET_NAME,
    TABLE_NAME,
    notes_of,
    original_of,
)
from backend.datasets.single_file import SingleFile
from backend.datasets.table_files.marks import is_parquet, is_zip
from backend.storage.blobs import Blobs, Staged, chunks_of
from backend.storage.room import ROOM_BYTES, FreeBytes
from common.files import sha256_of
from contract.datasets import DatasetFile, DatasetKind, Upload

if TYPE_CHECKING:
    from backend.datasets.table_files.apart import MakeTable

SMALL_BYTES = 2**20
"""What is no larger is only written where it is not kept already."""
TABLE_TIMES = 4
"""So many times its size a table needs while it is made."""

Progress = Callable[[str, int, int], None]
"""What is done, and how many of how many bytes of it are over. It may raise, to stop."""


class Taking:
    """The files of one upload; `before` are those of the version before, by their paths."""

    def __init__(
        self,
        upload: Upload,
        blobs: Blobs,
        before: Mapping[str, DatasetFile],
        progress: Progress,
        free: FreeBytes,
        make_table: "MakeTable",
    ) -> None:
        self._upload, self._blobs, self._before = upload, blobs, before
        self._progress, self._free, self._make_table = progress, free, make_table
        self._format: Format = FORMATS[upload.kind]
        self._folder = blobs.staging(upload.id)
        self._staged: list[Staged] = []

    def files(self, path: Path) -> list[DatasetFile]:
        """Unpack the upload at `path`; what the version is to hold. Raises UnusableFiles."""
        self._check_digest(path)
        self.forget()
        self._folder.mkdir(mode=0o700, parents=True)
        with self._opened(path) as archive:
            self._check_room(archive)
            tree = {file.path: file for file in self._unpacked(archive)}
        if self._upload.only_changes:
            tree = {path: self._kept(file) for path, file in self._before.items()} | tree
        if self._is_table:
            tree = self._with_table(tree)
        self._progress("reading the labels", 0, 1)
        return self._format.read(tree)

    def keep(self) -> None:
        """Let what was unpacked be among the blobs; raises BlobUnavailable."""
        self._progress("keeping the files", 0, 1)
        self._blobs.adopt(self._staged)
        self.forget()

    def forget(self) -> None:
        """Delete what was unpacked and not kept."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _is_table(self) -> bool:
        return self._upload.kind is DatasetKind.TABLE

    def _opened(self, path: Path) -> AbstractContextManager[Archive | SingleFile]:
        """A zip; a table may come as it is too."""
        if self._is_table and not is_zip(path):
            return nullcontext(SingleFile(path, CSV_NAME))
        return open_archive(path)

    def _with_table(self, tree: Mapping[str, TakenFile]) -> dict[str, TakenFile]:
        """The original, and what is made of it."""
        original, folder = original_of(tree), self._folder
        description = self._make_table(original.place, folder, folder / TABLE_NAME, self._progress)
        content = description.model_dump_json(indent=1)
        (folder / DESCRIPTION_NAME).write_text(content, encoding="utf-8")
        name = PARQUET_NAME if is_parquet(original.place) else CSV_NAME
        made = map(self._made, (TABLE_NAME, DESCRIPTION_NAME))
        files = [*notes_of(tree), replace(original, path=name), *made]
        return {file.path: file for file in files}

    def _made(self, name: str) -> TakenFile:
        place = self._folder / name
        digest = sha256_of(place)
        self._staged.append(Staged(digest, place))
        return TakenFile(name, digest, place.stat().st_size, place)

    def _check_digest(self, path: Path) -> None:
        if self._upload.sha256 is None:
            return
        digest, done = hashlib.sha256(), 0
        for chunk in chunks_of(path):
            digest.update(chunk)
            done += len(chunk)
            self._progress("checking the digest", done, self._upload.size)
        if digest.hexdigest() != self._upload.sha256:
            raise UnusableFiles(f"expected the SHA-256 that was said, got {digest.hexdigest()}")

    def _check_room(self, archive: Archive | SingleFile) -> None:
        times = TABLE_TIMES if self._is_table else 1
        needed, free = times * archive.unpacked_bytes + ROOM_BYTES, self._free(self._folder)
        if free < needed:
            said = f"{needed >> 20} MiB of room on the disk to unpack it, there are {free >> 20}"
            raise UnusableFiles(f"expected {said}")

    def _unpacked(self, archive: Archive | SingleFile) -> Iterator[TakenFile]:
        done, total = 0, archive.unpacked_bytes
        for number, member in enumerate(archive.members):
            chunks = self._counted(archive.chunks(member), done, total)
            file = self._take(member, chunks, self._folder / str(number))
            if not self._is_as_before(member, file.sha256):
                self._format.check(member.path, file.place)
            done += member.size
            yield file

    def _counted(self, chunks: Iterator[bytes], done: int, total: int) -> Iterator[bytes]:
        for chunk in chunks:
            done += len(chunk)
            self._progress("unpacking", done, max(total, 1))
            yield chunk

    def _take(self, member: Member, chunks: Iterator[bytes], place: Path) -> TakenFile:
        if member.size <= SMALL_BYTES:
            content = b"".join(chunks)
            digest = hashlib.sha256(content).hexdigest()
            if self._is_as_before(member, digest) or self._blobs.retain(digest):
                return TakenFile(member.path, digest, member.size, self._blobs.place(digest))
            chunks = iter((content,))
        hashed = hashlib.sha256()
        with place.open("xb") as file:
            for chunk in chunks:
                hashed.update(chunk)
                file.write(chunk)
        self._staged.append(Staged(hashed.hexdigest(), place))
        return TakenFile(member.path, hashed.hexdigest(), member.size, place)

    def _is_as_before(self, member: Member, digest: str) -> bool:
        """Whether the version before has it; then it is kept as long as that is there."""
        before = self._before.get(member.path)
        return before is not None and before.sha256 == digest

    def _kept(self, file: DatasetFile) -> TakenFile:
        return TakenFile(file.path, file.sha256, file.size, self._blobs.place(file.sha256))
