"""The journal on disk: JSONL files, one accepted event per line, durable before it is answered.

A file per UTC day, and a further one whenever it has grown large. Other readers take the
lines that end with a newline: what follows the last one is just being written.
"""

import contextlib
import errno
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from backend.events.journal.record import Head
from backend.events.journal.repair import Damage, recover
from backend.events.journal.segment import FILE_BYTES, FileName, LogFile, names_in, next_name
from backend.events.journal.segments import ClosedFiles, Retention
from common.files import claim, leads_to, stops_the_start, write_durably

logger = logging.getLogger(__name__)

PROBE_BYTES = 64 * 1024
LOCK = ".lock"
"""In the folder, claimed by whoever writes there."""
NOTHING = -1
"""The number before that of the first file."""


@dataclass(frozen=True)
class Segment:
    """A file's lines with their heads; `is_new` says that it was asked for by its number."""

    lines: list[tuple[bytes, Head]]
    is_new: bool


class Journal:
    """One thread writes. `repaired` says what was found damaged when it was opened."""

    def __init__(
        self, folder: Path, retention: Retention | None = None, file_bytes: int = FILE_BYTES
    ) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._closed = ClosedFiles(retention or Retention())
        self._current: LogFile | None = None
        self._last: FileName | None = None
        self._claim: BinaryIO | None = None
        self.repaired = Damage()

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    @property
    def closed_up_to(self) -> int:
        """The number of the newest file that is not written to any more."""
        last = self._last.number if self._last else NOTHING
        return last if self._current is None else last - 1

    def open(self, since: int = NOTHING, at_least: int = 0) -> Iterator[Segment]:
        """Claim the folder; read the files after number `since`, oldest first, and before them as
        many as hold `at_least` bytes.

        A journal that ends before `since` is another one: all of it is read. What a crash left
        damaged is cut out. Take all of it before the first `append`. What a disk that fails keeps
        to itself is passed over. Raises OSError when the place is wrong, or another process has the
        journal.
        """
        try:
            self._hold()
        except OSError as error:
            if stops_the_start(error):
                raise
            logger.error("the log cannot be written: %s", error)
        names: list[FileName] = []
        with contextlib.suppress(OSError):  # there may be nothing yet
            names = names_in(self._folder)
        self._last = names[-1] if names else None
        new = since + 1 if names and names[-1].number >= since else 0
        return self._read(names, new, self._first_read(names, new, at_least))

    def append(self, lines: Sequence[bytes], now: float) -> None:
        """Write `lines` and wait for the disk; all or nothing. Raises OSError."""
        self._hold()
        current = self._current
        if current is None or self._is_due(current, now):
            current = self._roll(now)
        current.append(lines)

    def tidy(self, now: float) -> None:
        """What need not keep an answer waiting: go on in a new file, delete old ones."""
        try:
            if self._current is not None and self._is_due(self._current, now):
                self._roll(now)
            self._closed.delete_expired()
        except OSError as error:
            logger.warning("the log cannot be tidied: %s", error)

    def close_file(self, now: float) -> list[FileName]:
        """Go on in a new file, if anything is in this one; all files that are not written to any
        more, oldest first. Raises OSError."""
        if self._current is not None and self._current.size:
            self._roll(now)
        return self.closed_files()

    def closed_files(self) -> list[FileName]:
        """The files that are not written to any more, oldest first. Raises OSError."""
        open_name = self._last if self._current is not None else None
        return [name for name in names_in(self._folder) if name != open_name]

    def replace(self, name: FileName, following: Path) -> None:
        """Let a file that is not written to any more hold what `following` does.

        A reader finds the one or the other. Raises OSError.
        """
        self._closed.replace(self._folder / str(name), following)

    def probe(self) -> None:
        """Raise OSError unless the disk takes lines; writes none."""
        self._hold()
        if self._current is not None:
            self._current.open()
        path = self._folder / ".probe"
        try:
            write_durably(path, bytes(PROBE_BYTES), "wb")
        finally:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the current file and let go of the folder."""
        if self._current is not None:
            self._current.close()
        if self._claim is not None:
            self._claim.close()

    def _hold(self) -> None:
        """Make the folder and claim it, unless it is there and claimed. Raises OSError."""
        lock = self._folder / LOCK
        if self._claim is not None and leads_to(lock, self._claim.fileno()):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        claimed = _claim(lock)
        if self._claim is not None:
            self._claim.close()
        self._claim = claimed

    def _first_read(self, names: Sequence[FileName], new: int, at_least: int) -> int:
        """The number of the oldest file that is to be read."""
        size = 0
        for name in reversed(names):
            if name.number < new and size >= at_least:
                return name.number + 1
            with contextlib.suppress(OSError):
                size += (self._folder / str(name)).stat().st_size
        return 0

    def _read(self, names: Sequence[FileName], new: int, first: int) -> Iterator[Segment]:
        for name in names:
            path = self._folder / str(name)
            try:
                if name.number >= first:
                    yield Segment(self._recover(path, name), is_new=name.number >= new)
                elif path.exists():
                    self._closed.add(path)
            except OSError as error:
                logger.error("%s cannot be read: %s", path, error.strerror)

    def _recover(self, path: Path, name: FileName) -> list[tuple[bytes, Head]]:
        recovered = recover(path, self._folder / "damaged")
        self.repaired += recovered.damage
        if name == self._last and recovered.whole:
            self._current = LogFile(path, path.stat().st_size)
        else:
            self._closed.add(path)
        return recovered.lines

    def _is_due(self, current: LogFile, now: float) -> bool:
        full = current.size >= self._file_bytes
        another_day = self._last is not None and not self._last.is_of(now)
        return full or another_day or not current.is_there

    def _roll(self, now: float) -> LogFile:
        """Go on in a new file. Raises OSError, and then nothing has changed."""
        name = next_name(self._last, now)
        while (path := self._folder / str(name)).exists() and path.stat().st_size:
            name = next_name(name, now)  # somebody else's: it is not written to
        following = LogFile(path)
        following.open()
        if self._current is not None:
            self._retire(self._current)
        self._current, self._last = following, name
        return following

    def _retire(self, file: LogFile) -> None:
        with contextlib.suppress(OSError):  # each line of it is durable
            file.close()
            self._closed.add(file.path)


def _claim(lock: Path) -> BinaryIO:
    try:
        return claim(lock)
    except BlockingIOError:
        raise OSError(errno.EBUSY, "another server writes here", str(lock.parent)) from None
