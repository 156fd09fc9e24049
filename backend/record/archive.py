"""The closed files of the journal as Parquet: a file each, which lives as long as the journal's."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from backend.events.journal.segment import FileName, names_in
from backend.record.closing import make_apart
from common.files import sync_folder

logger = logging.getLogger(__name__)

Make = Callable[[Path, Path], None]
Differs = Callable[[Path], str | None]


class Fingerprint(NamedTuple):
    """By which a file is told from the one that takes its place."""

    size: int
    modified_ns: int


class Archive:
    """Thread-safe; reads the `journal`'s files, writes to `folder`. Its methods raise OSError.

    The name of a Parquet file says of which file it is, and how that was then: it counts while the
    journal has that file unchanged, and once it was compared. `make` writes one.
    """

    def __init__(self, journal: Path, folder: Path, make: Make = make_apart) -> None:
        self.journal, self.folder, self._make = journal, folder, make
        self._changing = threading.Lock()
        self._compared: dict[Path, tuple[Fingerprint, str | None]] = {}
        self._failed: dict[Path, str] = {}

    @property
    def failure(self) -> str | None:
        """What is not as it should be, in one line."""
        differing = {path: why for path, (_, why) in self._compared.copy().items() if why}
        wrong = differing | self._failed
        if not wrong:
            return None
        path, why = min(wrong.items())
        return f"{len(wrong)} of the log's files cannot be used as Parquet: {path.name}: {why}"

    def names(self) -> list[FileName]:
        """The journal's files, oldest first; the last one is being written."""
        return names_in(self.journal) if self.journal.is_dir() else []

    def as_it_is(self) -> list[tuple[FileName, Fingerprint | None]]:
        """The journal's files, as they are now: something else once a line has come or gone."""
        return [(name, _fingerprint(self.journal / str(name))) for name in self.names()]

    def closed_until(self) -> str | None:
        """The day (UTC) of the newest file that is kept as Parquet."""
        return max((name.day for name in self.made()), default=None)

    def made(self) -> dict[FileName, Path]:
        """The closed files that are kept as Parquet."""
        return {name: path for name, path in self._closed() if path.exists()}

    def waiting(self) -> list[FileName]:
        """The closed files of which there is no Parquet, newest first."""
        return [name for name, path in self._closed() if not path.exists()][::-1]

    def trusted(self, differs: Differs) -> dict[FileName, Path]:
        """The files that can be read as Parquet; `differs` compares one with what it was made of.

        None is compared twice, unless it has changed.
        """
        return {name: path for name, path in self._closed() if self._is_trusted(path, differs)}

    def make_missing(self, stops: Callable[[], bool]) -> None:
        """Make what is missing, until it `stops`. What fails is tried again the next time."""
        for name in self.waiting():
            if stops():
                return
            self._make_one(name)

    def tidy(self) -> None:
        """Delete what is of no file of the journal as it is now, or was not finished, or differs.

        Once it returns, nothing is left of what the journal has no more.
        """
        with self._changing:
            counting = {path for _, path in self._closed()}
            self._failed = {path: why for path, why in self._failed.items() if path in counting}
            if not self.folder.is_dir():
                return
            good = counting - {path for path, (_, why) in self._compared.items() if why}
            for path in set(self.folder.iterdir()) - good:
                path.unlink(missing_ok=True)
                self._compared.pop(path, None)
            sync_folder(self.folder)

    def _closed(self) -> Iterator[tuple[FileName, Path]]:
        """The closed files, and where the Parquet of each belongs."""
        for name in self.names()[:-1]:
            if found := _fingerprint(self.journal / str(name)):
                stem = str(name).removesuffix(".jsonl")
                yield name, self.folder / f"{stem}-{found.size}-{found.modified_ns}.parquet"

    def _make_one(self, name: FileName) -> None:
        with self._changing:
            target = dict(self._closed()).get(name)
            if target is None:
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial")
            try:
                self._make(self.journal / str(name), partial)
            except ValueError as error:
                self._failed[target] = str(error)
                logger.error("%s cannot be kept as Parquet: %s", name, error)
                return
            self._failed.pop(target, None)
            if dict(self._closed()).get(name) == target:
                partial.replace(target)

    def _is_trusted(self, path: Path, differs: Differs) -> bool:
        seen = _fingerprint(path)
        if seen is None:
            return False
        known = self._compared.get(path)
        if known is None or known[0] != seen:
            known = self._compared[path] = seen, differs(path)
            if known[1]:
                logger.error("%s is not used: %s", path, known[1])
        return known[1] is None


def _fingerprint(path: Path) -> Fingerprint | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return Fingerprint(found.st_size, found.st_mtime_ns)
