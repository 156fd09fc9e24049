"""The log's closed files: the memory of what they hold, their indexes, and when they go."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.events.index import NO_IDS, Ids, Index, find, load_index

logger = logging.getLogger(__name__)

REMEMBERED_SEC = 8 * 24 * 3600.0
"""No camera box sends an event again after this long: a repeat is known for at least so long."""

DAY_SEC = 24 * 3600.0


@dataclass(frozen=True)
class Retention:
    """How long the log is kept; `size` is in bytes."""

    days: int = 365
    size: int = 2048 * 2**20


@dataclass
class ClosedFile:
    """A file that is not written to any more; `ids` are empty once they are forgotten."""

    path: Path
    size: int
    ended_at: float
    ids: Ids


def last_time(files: Sequence[ClosedFile]) -> float:
    """The time that ages are reckoned from: when the last closed file (oldest first) ended.

    Not the clock's: one that is wrong by years for an hour must not cost the record.
    """
    return next((file.ended_at for file in reversed(files) if file.ended_at), 0.0)


def is_remembered(file: ClosedFile, now: float) -> bool:
    """Whether the memory of what was recorded needs `file`."""
    return file.ended_at >= now - REMEMBERED_SEC


def expired(files: Sequence[ClosedFile], retention: Retention) -> list[ClosedFile]:
    """Those of the closed files (oldest first) that go: too old, or too many bytes together.

    The floor is the memory of repeats: a file that it needs stays, whatever the sizes are.
    """
    now = last_time(files)
    total = sum(file.size for file in files)
    gone = []
    for file in files:
        too_old = file.ended_at < now - retention.days * DAY_SEC
        if not is_remembered(file, now) and (too_old or total > retention.size):
            gone.append(file)
            total -= file.size
    return gone


class ClosedFiles:
    """Oldest first. Each has its index in the folder `index/` beside the files."""

    def __init__(self, folder: Path, retention: Retention) -> None:
        self._indexes = folder / "index"
        self._retention = retention
        self._files: list[ClosedFile] = []

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
        self._files.append(ClosedFile(path, index.size, index.ended_at, index.ids))
        self._forget()

    def add_older(self, path: Path, index: Index) -> None:
        """`path` was closed by an earlier run, and is older than the others."""
        self._files.insert(0, ClosedFile(path, index.size, index.ended_at, index.ids))
        self._forget()

    def known(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of `ids` are those of lines, for at least REMEMBERED_SEC."""
        found = np.zeros(len(ids), dtype=np.bool_)
        for file in self._files:
            found |= find(file.ids, ids)
        return found

    def delete_expired(self) -> None:
        """Delete the files that have had their time. Raises OSError."""
        for file in expired(self._files, self._retention):
            file.path.unlink(missing_ok=True)
            self._index_path(file.path).unlink(missing_ok=True)
            self._files.remove(file)
            logger.info("%s has had its time and is deleted", file.path)

    def _forget(self) -> None:
        now = last_time(self._files)
        for file in self._files:
            if not is_remembered(file, now):
                file.ids = NO_IDS

    def _index_path(self, path: Path) -> Path:
        return self._indexes / path.with_suffix(".npz").name
