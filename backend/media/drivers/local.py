"""Pictures in a folder of this machine."""

import errno
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from backend.media.drivers.draft import LOCK, Draft, sweep
from backend.media.drivers.driver import Stored
from backend.media.drivers.media_key import MediaKey
from backend.media.drivers.refusals import Refusals
from backend.media.drivers.sealed_file import SealedReader, SealedWriter
from backend.media.errors import MediaUnavailable, UnknownFile
from backend.media.signing import AllowedPut, PutSigner
from common.files import claim, sync_folder
from contract.media import ImageType, SignedPut

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,7}")
"""No part of a key leads out of the folder, or to what is hidden in it."""


class LocalDriver:
    """The files below `folder`, each by its key. Any thread, any process of this machine.

    What is put by a signed address comes to `begin_put`.
    """

    def __init__(
        self, folder: Path, media_key: MediaKey, signer: PutSigner, *, is_encrypted: bool
    ) -> None:
        self._folder, self._media_key, self._signer = folder, media_key, signer
        self._is_encrypted = is_encrypted
        self._reads, self._writes, self._signs = Refusals(), Refusals(), Refusals()
        with suppress(MediaUnavailable), self._writes.noted():
            sweep(folder)

    @property
    def failure(self) -> str | None:
        """What the disk refused last, None once it takes and gives something again."""
        return self._writes.last or self._reads.last or self._signs.last

    def signed_put(self, key: str, content_type: ImageType, size: int, until: float) -> SignedPut:
        """An address of this server, as a path: it is good by whichever name it is asked."""
        self._place(key)
        put = AllowedPut(key, content_type.value, size, int(until))
        with self._signs.noted():
            url = self._signer.address(put)
        headers = {"Content-Type": put.content_type, "Content-Length": str(size)}
        return SignedPut(url=url, headers=headers, expires_at=put.until)

    def begin_put(self, put: AllowedPut, signature: str) -> Draft:
        """The file that a signed address is of, to be written.

        Raises BadSignature where it was not signed here, or is good no more.
        """
        with self._signs.noted():
            self._signer.check(put, signature)
        return self._draft(put.key, put.content_type)

    def end_put(self, put: AllowedPut, draft: Draft) -> None:
        """All of it has come; raises WrongImageState where somebody else was faster."""
        with self._signer.spending(put):
            draft.keep(replaces=False)

    def find(self, key: str) -> Stored | None:
        """What is known of a file; None where there is none."""
        try:
            reader = self._reader(key)
        except UnknownFile:
            return None
        reader.close()
        return Stored(key, reader.footer.length, reader.footer.content_type)

    def read(self, key: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from `begin` to `end`, a segment at a time; raises UnknownFile."""
        return self._pieces(self._reader(key), begin, end)

    def write(self, key: str, content: Iterable[bytes], content_type: str) -> Stored:
        """Keep a file, whole or not at all, in the place of one that is there."""
        draft = self._draft(key, content_type)
        try:
            for piece in content:
                draft.write(piece)
            draft.keep(replaces=True)
        finally:
            draft.discard()
        return Stored(key, draft.length, content_type)

    def delete(self, prefix: str) -> int:
        """Delete the file of this key, or all below this folder; how many files there were."""
        places = [self._folder / key for key in self.keys(prefix)]
        with self._writes.noted():
            for place in places:
                place.unlink(missing_ok=True)
            for folder in {place.parent for place in places}:
                self._sync_or_remove(folder)
        return len(places)

    def keys(self, prefix: str) -> Iterator[str]:
        """The file of this key, or all below this folder; all that there are below an empty one."""
        top = self._place(prefix.rstrip("/")) if prefix else self._folder
        with self._reads.noted():
            found = [top] if top.is_file() else self._files_below(top)
        keys = (path.relative_to(self._folder).as_posix() for path in found)
        return iter(sorted(key for key in keys if KEY.fullmatch(key)))

    def _files_below(self, top: Path) -> list[Path]:
        if not top.is_dir():
            return []
        with claim(self._folder / LOCK, wait=True):  # no folder goes while it is looked through
            return [path for path in top.rglob("*") if path.is_file()]

    def _place(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise UnknownFile("expected the key of a file")
        return self._folder / key

    def _draft(self, key: str, content_type: str) -> Draft:
        media_key = self._media_key if self._is_encrypted else None

        def seal(file: BinaryIO) -> SealedWriter:
            return SealedWriter(file, key, content_type, media_key)

        return Draft(self._folder, self._place(key), seal, self._writes)

    def _reader(self, key: str) -> SealedReader:
        place = self._place(key)
        with self._reads.noted():
            try:
                return SealedReader(place, key, self._media_key)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise UnknownFile(f"no file {key}") from None

    def _pieces(self, reader: SealedReader, begin: int, end: int | None) -> Iterator[bytes]:
        with self._reads.noted():
            yield from reader.read(begin, reader.footer.length if end is None else end)

    def _sync_or_remove(self, folder: Path) -> None:
        """What was deleted of it stays so; with nothing left it goes, and those above it."""
        with claim(self._folder / LOCK, wait=True):  # nobody is about to use it
            while folder != self._folder and _is_removed(folder):
                folder = folder.parent
            sync_folder(folder)


def _is_removed(folder: Path) -> bool:
    """Whether the folder is gone, which it is not while it has files."""
    with suppress(FileNotFoundError):
        try:
            folder.rmdir()
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return False
            raise
    return True
