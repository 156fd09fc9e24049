"""The journal's closed files, and when they go."""

import logging
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from backend.events.journal.record import head
from backend.events.journal.segment import DAY_SEC

logger = logging.getLogger(__name__)

WITNESSES = 7
"""Files by which the time of one is judged."""
LAST_LINE_BYTES = 16 * 1024
"""Within so many of a file's last bytes its last line begins."""


@dataclass(frozen=True)
class Retention:
    """How long the journal is kept; `size` is in bytes."""

    days: int = 365
    size: int = 2048 * 2**20


@dataclass(frozen=True)
class ClosedFile:
    """A file that is not written to any more; its last line was received at `ended_at`."""

    path: Path
    size: int
    ended_at: float


def read_closed(path: Path) -> ClosedFile:
    """What is to be known of a file in order to delete it in time. Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - LAST_LINE_BYTES))
        heads = [head(line) for line in file.readlines()[-2:]]
    received = [found.received_at for found in heads if found]
    return ClosedFile(path, size, received[-1] if received else 0.0)


def _read_again(path: Path) -> ClosedFile | None:
    return read_closed(path) if path.exists() else None


def age(files: Sequence[ClosedFile], number: int) -> float:
    """Seconds from the end of one of `files`, oldest first, to that of the last; too few if any.

    A clock that is wrong by years for a while writes little. What it wrote is judged by the files
    around it, and does not cost the record.
    """
    now, around = _middle(files, len(files) - 1), _middle(files, number)
    ended_at = files[number].ended_at
    return now - (around if ended_at > now else max(ended_at, around))


def _middle(files: Sequence[ClosedFile], number: int) -> float:
    """When those around a file ended: the median over the bytes of WITNESSES files."""
    first = max(0, min(number - WITNESSES // 2, len(files) - WITNESSES))
    by_end = sorted(files[first : first + WITNESSES], key=lambda file: file.ended_at)
    sizes = list(accumulate(file.size for file in by_end))
    return by_end[bisect_left(sizes, sizes[-1] / 2)].ended_at


def expired(files: Sequence[ClosedFile], retention: Retention) -> list[ClosedFile]:
    """Those of the closed files (oldest first) that go: too old, or too many bytes together."""
    total = sum(file.size for file in files)
    gone = []
    for number, file in enumerate(files):
        if age(files, number) > retention.days * DAY_SEC or total > retention.size:
            gone.append(file)
            total -= file.size
    return gone


class ClosedFiles:
    """Oldest first. One thread."""

    def __init__(self, retention: Retention) -> None:
        self._retention = retention
        self._files: list[ClosedFile] = []
        self._expired: list[ClosedFile] | None = None

    def add(self, path: Path) -> None:
        """`path` is closed now, and newer than the others. Raises OSError."""
        self._files.append(read_closed(path))
        self._expired = None

    def replace(self, path: Path, following: Path) -> None:
        """Let `path` hold what `following` does; it goes if that is nothing. Raises OSError.

        One that has had its time meanwhile does not come back.
        """
        if not path.exists():
            following.unlink()
        elif following.stat().st_size:
            following.replace(path)
        else:
            path.unlink()
            following.unlink()
        self._files = [
            kept
            for file in self._files
            if (kept := file if file.path != path else _read_again(path))
        ]
        self._expired = None

    def delete_expired(self) -> None:
        """Delete the files that have had their time. Raises OSError."""
        if self._expired is None:
            self._expired = expired(self._files, self._retention)
        while self._expired:
            file = self._expired[0]
            file.path.unlink(missing_ok=True)
            self._files.remove(self._expired.pop(0))
            logger.info("%s has had its time and is deleted", file.path)
