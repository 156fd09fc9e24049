"""The log's closed files: the memory of what they hold, their indexes, and when they go."""

import logging
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.events.journal.segment import DAY_SEC
from backend.events.journal.segment_index import NO_DIGESTS, Digests, Index, find, load_index

logger = logging.getLogger(__name__)

REMEMBERED_SEC = 8 * DAY_SEC
"""No camera box sends an event again after this long: a repeat is known for at least so long."""

WITNESSES = 7
"""Files by which the time of one is judged."""


@dataclass(frozen=True)
class Retention:
    """How long the log is kept; `size` is in bytes."""

    days: int = 365
    size: int = 2048 * 2**20


@dataclass
class ClosedFile:
    """A file that is not written to any more; `identities` are empty once they are forgotten."""

    path: Path
    size: int
    ended_at: float
    identities: Digests


def age(files: Sequence[ClosedFile], number: int) -> float:
    """Seconds from the end of one of `files`, oldest first, to that of the last; too few if any.

    A clock that is wrong by years for a while writes little. What it wrote is judged by the files
    around it, and costs neither the record nor the memory of repeats.
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
    """Those of the closed files (oldest first) that go: too old, or too many bytes together.

    The floor is the memory of repeats: a file that it needs stays, whatever the sizes are.
    """
    total = sum(file.size for file in files)
    gone = []
    for number, file in enumerate(files):
        since = age(files, number)
        too_old = since > retention.days * DAY_SEC
        if since > REMEMBERED_SEC and (too_old or total > retention.size):
            gone.append(file)
            total -= file.size
    return gone


class ClosedFiles:
    """Oldest first. Each has its index in the folder `index/` beside the files."""

    def __init__(self, folder: Path, retention: Retention) -> None:
        self._indexes = folder / "index"
        self._retention = retention
        self._files: list[ClosedFile] = []
        self._expired: list[ClosedFile] | None = None

    def saved_index(self, path: Path) -> Index | None:
        """The index that an earlier run made of `path`; None when it is of no use."""
        return load_index(self._index_path(path))

    def save_index(self, path: Path, index: Index) -> None:
        """Spare the next start from reading `path`; the disk may refuse."""
        try:
            self._indexes.mkdir(exist_ok=True)
            index.save(self._index_path(path))
        except OSError as error:
            logger.warning("the index of %s cannot be saved: %s", path, error.strerror)

    def add(self, path: Path, index: Index) -> None:
        """`path` is closed now, and newer than the others."""
        self._files.append(ClosedFile(path, index.size, index.ended_at, index.identities))
        self._review(len(self._files))

    def add_older(self, path: Path, index: Index) -> None:
        """`path` was closed by an earlier run, and is older than the others."""
        self._files.insert(0, ClosedFile(path, index.size, index.ended_at, index.identities))
        self._review(WITNESSES)  # to the others it is no witness

    def known(self, wanted: Digests) -> NDArray[np.bool_]:
        """Which identities, or ids, are those of lines, for at least REMEMBERED_SEC."""
        found = np.zeros(len(wanted), dtype=np.bool_)
        for file in self._files:
            found |= find(file.identities, wanted)
        return found

    def delete_expired(self) -> None:
        """Delete the files that have had their time. Raises OSError."""
        if self._expired is None:
            self._expired = expired(self._files, self._retention)
        while self._expired:
            file = self._expired[0]
            file.path.unlink(missing_ok=True)
            self._index_path(file.path).unlink(missing_ok=True)
            self._files.remove(self._expired.pop(0))
            logger.info("%s has had its time and is deleted", file.path)

    def _review(self, count: int) -> None:
        """Forget what is old of the first files; the age of so many has changed."""
        for number, file in enumerate(self._files[:count]):
            if age(self._files, number) > REMEMBERED_SEC:
                file.identities = NO_DIGESTS
        self._expired = None

    def _index_path(self, path: Path) -> Path:
        return self._indexes / path.with_suffix(".npz").name
