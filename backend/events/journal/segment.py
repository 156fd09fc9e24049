"""The one log file that is written to, and the names of all of them."""

import contextlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.files import leads_to, sync_folder

FILE_BYTES = 16 * 2**20
"""A file that is larger is closed. It bounds what a start reads: some 50,000 lines."""

DAY_SEC = 24 * 3600.0

_NAME = re.compile(r"events-(\d{6,})-(\d{4}-\d\d-\d\d)\.jsonl")


@dataclass(frozen=True, order=True)
class FileName:
    """Number and day (UTC): `events-000042-2026-11-21.jsonl`.

    The number alone says which file follows which: the clock may be set back at any time.
    """

    number: int
    day: str

    def __str__(self) -> str:
        return f"events-{self.number:06}-{self.day}.jsonl"

    def is_of(self, now: float) -> bool:
        """Whether a line of `now` belongs here: of its day, or of the day before, since a clock
        that is corrected around midnight is not to begin a file each time."""
        return self.day in (day_of(now), day_of(now + DAY_SEC))


def names_in(folder: Path) -> list[FileName]:
    """The log's files, oldest first; others are left alone."""
    found = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return sorted(FileName(int(name[1]), name[2]) for name in found if name)


def day_of(now: float) -> str:
    """The UTC day of `now`."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")


def next_name(last: FileName | None, now: float) -> FileName:
    """The name that follows `last`."""
    return FileName(last.number + 1 if last else 0, day_of(now))


class LogFile:
    """Appends durably. What lies beyond `size` bytes was never answered, and is cut off."""

    def __init__(self, path: Path, size: int = 0) -> None:
        self.path, self.size = path, size
        self._descriptor: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether the path still leads to all that was written; somebody may have moved it."""
        if self._descriptor is not None and not leads_to(self.path, self._descriptor):
            return False
        try:
            return self.path.stat().st_size >= self.size
        except FileNotFoundError:
            return False

    def open(self) -> int:
        """A descriptor that appends where the last durable line ends. Raises OSError."""
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            descriptor = os.open(self.path, flags, 0o666)
            try:
                if os.fstat(descriptor).st_size > self.size:
                    os.ftruncate(descriptor, self.size)
                os.fsync(descriptor)
                sync_folder(self.path.parent)
            except OSError:
                os.close(descriptor)
                raise
            self._descriptor = descriptor
        return self._descriptor

    def append(self, lines: Sequence[bytes]) -> None:
        """Write `lines` and wait for the disk; all or nothing. Raises OSError."""
        descriptor, data = self.open(), b"".join(lines)
        try:
            _write(descriptor, data)
            os.fsync(descriptor)
        except OSError:
            self._cut()
            raise
        self.size += len(data)

    def close(self) -> None:
        """Let go of the file; `open` takes it again."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def _cut(self) -> None:
        # After a failed fsync the kernel may call clean what is not on the disk: this descriptor
        # is not trusted again. What cannot be cut now is cut before the next line is written.
        with contextlib.suppress(OSError):
            self.close()
        with contextlib.suppress(OSError):
            self.open()


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
