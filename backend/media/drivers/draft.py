"""A file on its way to the disk."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from backend.media.drivers.refusals import Refusals
from backend.media.drivers.sealed_file import SealedWriter
from backend.media.errors import WrongImageState
from backend.storage.room import check_room
from common.files import claim, leads_to, sync_folder

DRAFTS, LOCK = ".drafts", ".lock"
"""In the folder of the driver, where no key leads; the lock is of its folders."""


class Draft:
    """Nothing of it can be found until it is kept, and nothing is left once it is discarded.

    It is to be kept at `place` below `folder`. Its process holds a lock on it, by which `sweep`
    knows those that nobody writes any more. Methods raise MediaUnavailable.
    """

    def __init__(
        self, folder: Path, place: Path, seal: Callable[[BinaryIO], SealedWriter], disk: Refusals
    ) -> None:
        self._folder, self._place, self._disk = folder, place, disk
        with disk.noted():
            (folder / DRAFTS).mkdir(mode=0o700, parents=True, exist_ok=True)
            check_room(folder)
            self._path, self._file = _claimed(folder / DRAFTS)
            try:
                self._writer = seal(self._file)
            except BaseException:
                self.discard()
                raise

    @property
    def length(self) -> int:
        """How many bytes have come."""
        return self._writer.length

    def write(self, data: bytes) -> None:
        """Go on with `data`."""
        with self._disk.noted():
            self._writer.write(data)

    def keep(self, *, replaces: bool) -> None:
        """It is whole, and is on the disk when this returns.

        Raises WrongImageState where a file is there already and this one does not replace it.
        """
        with self._disk.noted():
            self._writer.end()
            with claim(self._folder / LOCK, wait=True):
                self._put_in_place(replaces)
            sync_folder(self._place.parent)

    def discard(self) -> None:
        """Let go of it; what was not kept is gone."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        with suppress(OSError):  # of a full disk, that what is buffered cannot be written
            self._file.close()

    def _put_in_place(self, replaces: bool) -> None:
        _make_folder(self._place.parent)
        if replaces:
            self._path.replace(self._place)
        else:
            self._link()

    def _link(self) -> None:
        try:
            os.link(self._path, self._place)  # which replaces nothing
        except FileExistsError:
            raise WrongImageState("the file is there already, and stays as it came") from None


def sweep(folder: Path) -> None:
    """Delete the drafts below `folder` whose process has ended; raises OSError."""
    for path in (folder / DRAFTS).glob("*"):
        try:
            file = claim(path)
        except BlockingIOError:
            continue
        with file:
            path.unlink(missing_ok=True)


def _claimed(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file that is ours; a sweep may take one before it is."""
    while True:
        path = folder / secrets.token_hex(8)
        file = claim(path, wait=True)
        if leads_to(path, file.fileno()):
            return path, file
        file.close()


def _make_folder(folder: Path) -> None:
    """Make it and those above it, each durable."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    sync_folder(folder.parent)
