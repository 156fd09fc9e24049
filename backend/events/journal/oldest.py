"""How old the oldest lines of the journal's closed files are."""

from collections.abc import Callable, Collection
from pathlib import Path

from backend.events.journal.repair import split
from backend.events.journal.segment import FileName


class OldestLines:
    """One thread. A file is read once, whoever asks: nobody writes to it any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[FileName, dict[str, float]] = {}

    def is_before(self, file: FileName, until: Callable[[str], float]) -> bool:
        """Whether a closed file has a line from before `until` of its camera. Raises OSError."""
        if file not in self._known:
            self._known[file] = self._read(file)
        oldest = self._known[file].items()
        return any(ts < until(camera_id) for camera_id, ts in oldest)

    def forget(self, file: FileName) -> None:
        """It holds less now."""
        self._known.pop(file, None)

    def keep(self, files: Collection[FileName]) -> None:
        """There are no others any more."""
        self._known = {file: oldest for file, oldest in self._known.items() if file in files}

    def _read(self, file: FileName) -> dict[str, float]:
        """When the oldest line of each camera is of; nothing where the file is gone meanwhile."""
        oldest: dict[str, float] = {}
        try:
            data = (self._folder / str(file)).read_bytes()
        except FileNotFoundError:
            return oldest
        for _, head in split(data):
            if head is not None:
                oldest[head.camera_id] = min(head.ts, oldest.get(head.camera_id, head.ts))
        return oldest
